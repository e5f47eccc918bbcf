using System.Globalization;
using System.Text;
using CryptoMcp.Policy.Loading;
using CryptoMcp.Policy.Testing;

namespace CryptoMcp.Policy;

/// <summary>A case of a test table after its run.</summary>
/// <param name="Id">Stable identifier, such as <c>A13</c>.</param>
/// <param name="Name">What is tried.</param>
/// <param name="Expected">ALLOW, ASK, DENY, FREEZE or NOLOAD, with the code where the table names one.</param>
/// <param name="Actual">What happened; null if the policy alone does not decide this case.</param>
/// <param name="Passed">True if it is what was expected, or if the case is decided elsewhere.</param>
/// <param name="DecidedBy">The part that decides the case; <c>policy</c> for those that ran.</param>
/// <param name="Reason">The decision's own sentence, or the mistakes of the file.</param>
/// <param name="ShownBy">For a case that is decided elsewhere: the test that shows its outcome, as <c>Class.Method</c>.</param>
public sealed record PolicyTestResult(
    string Id, string Name, string Expected, string? Actual, bool Passed, string DecidedBy, string? Reason, string? ShownBy = null)
{
    /// <summary>Value of <see cref="DecidedBy"/> for cases that a policy alone decides.</summary>
    public const string ByPolicy = "policy";

    /// <summary>True if the table ran this case; otherwise another part decides it.</summary>
    public bool Ran => DecidedBy == ByPolicy;
}

/// <summary>
/// A table of spends and what a policy should say about them. A case may edit the policy's text before it is loaded,
/// which is how files that must not load are written down.
/// </summary>
public sealed class PolicyTestTable
{
    private readonly List<CaseRecord> _cases;

    private PolicyTestTable(string policyFile, List<CaseRecord> cases)
    {
        PolicyFile = policyFile;
        _cases = cases;
    }

    /// <summary>Path of the policy file, relative to the table.</summary>
    public string PolicyFile { get; }

    /// <summary>Ids of the cases, in order.</summary>
    public IReadOnlyList<string> Ids => [.. _cases.Select(entry => entry.Id)];

    /// <summary>Reads a table.</summary>
    /// <exception cref="PolicyException">The table has mistakes.</exception>
    public static PolicyTestTable Load(ReadOnlyMemory<byte> utf8Json)
    {
        var mistakes = new Mistakes(utf8Json);
        var policyFile = "policy.json";
        var cases = new List<CaseRecord>();
        if (PositionedJson.Parse(utf8Json, mistakes) is { } root
            && ObjectReader.Open(root, mistakes, "policy", "about", "cases") is { } reader)
        {
            policyFile = reader.Text("policy", "\"policy.json\"") ?? policyFile;
            if (reader.Required("cases", "[ … ]") is { } list)
            {
                foreach (var item in Read.Items(list, mistakes, "cases"))
                {
                    if (CaseRecord.Read(item, mistakes) is { } entry)
                    {
                        cases.Add(entry);
                    }
                }
            }
        }

        mistakes.ThrowIfAny();
        return new(policyFile, cases);
    }

    /// <summary>Runs all cases against the text of a policy file.</summary>
    public IReadOnlyList<PolicyTestResult> Run(ReadOnlyMemory<byte> policy) => [.. _cases.Select(entry => Run(entry, policy))];

    /// <summary>Runs one case.</summary>
    /// <exception cref="ArgumentException">There is no such case.</exception>
    public PolicyTestResult Run(string id, ReadOnlyMemory<byte> policy) =>
        _cases.Find(entry => entry.Id == id) is { } found ? Run(found, policy)
            : throw new ArgumentException($"There is no case '{id}'.", nameof(id));

    private static PolicyTestResult Run(CaseRecord entry, ReadOnlyMemory<byte> policy)
    {
        if (entry.DecidedBy is { } elsewhere)
        {
            return new(entry.Id, entry.Name, entry.ExpectedText, null, true, elsewhere, null, entry.ShownBy);
        }

        var text = Encoding.UTF8.GetString(policy.Span);
        foreach (var (find, with) in entry.Edits)
        {
            var at = text.IndexOf(find, StringComparison.Ordinal);
            if (at < 0 || text.IndexOf(find, at + 1, StringComparison.Ordinal) >= 0)
            {
                return Failed(entry, "NOTRUN", $"The text to edit has to stand in the policy exactly once: {Shown.Quote(find)}.");
            }

            text = string.Concat(text.AsSpan(0, at), with, text.AsSpan(at + find.Length));
        }

        PolicyDocument document;
        try
        {
            document = PolicyDocument.Load(Encoding.UTF8.GetBytes(text));
        }
        catch (PolicyException problem)
        {
            return new(entry.Id, entry.Name, entry.ExpectedText, "NOLOAD", entry.Expected == "NOLOAD", PolicyTestResult.ByPolicy, problem.Message);
        }

        return entry.Spend is null
            ? new(entry.Id, entry.Name, entry.ExpectedText, "LOADS", entry.Expected == "LOADS", PolicyTestResult.ByPolicy, null)
            : Decide(entry, document);
    }

    private static PolicyTestResult Decide(CaseRecord entry, PolicyDocument document)
    {
        var ledger = new TableLedger(entry, document);
        var prices = new TablePrices(entry.Prices);
        var allowed = 0;
        Decision? decision = null;
        for (var i = 0; i < entry.Times; i++)
        {
            decision = SpendText.TryBuild(entry.Spend!, document, i, out var spend, out var problem)
                ? PolicyEngine.Decide(document, spend, ledger, prices, entry.Now)
                : PolicyEngine.Refuse(document, "agent", problem.Code, problem.Reason, "Correct the request.", ledger);
            ledger.Hold(decision.Charges);
            allowed += decision.Verdict == Verdict.Allow ? 1 : 0;
        }

        var actual = decision!.Freeze ? "FREEZE" : decision.VerdictName.ToUpperInvariant();
        var shown = string.Create(
            CultureInfo.InvariantCulture,
            $"{actual} {decision.Code} by {decision.Rule}{(entry.Times > 1 ? $", {allowed} allowed" : string.Empty)}");
        var passed = actual == entry.Expected
            && (entry.Code is null || entry.Code == decision.Code)
            && (entry.Rule is null || entry.Rule == decision.Rule)
            && (entry.Allowed is null || entry.Allowed == allowed);
        return new(entry.Id, entry.Name, entry.ExpectedText, shown, passed, PolicyTestResult.ByPolicy, decision.Reason);
    }

    private static PolicyTestResult Failed(CaseRecord entry, string actual, string reason) =>
        new(entry.Id, entry.Name, entry.ExpectedText, actual, false, PolicyTestResult.ByPolicy, reason);
}
