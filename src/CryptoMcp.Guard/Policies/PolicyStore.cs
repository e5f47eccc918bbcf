using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Policies;

/// <summary>
/// The policy in force. A file is read once, when the guard starts; what it accepted it keeps a copy of, so that a file
/// that changed without a new revision, or went back to an older one, does not count: the last accepted one stays in force.
/// </summary>
internal sealed class PolicyStore
{
    /// <summary>Kind of the journal's records of accepted revisions.</summary>
    public const string RecordKind = "policy";

    private readonly AcceptedPolicy _accepted;
    private readonly string _acceptedFile;

    private PolicyStore(PolicyDocument current, AcceptedPolicy accepted, bool isNew, string? warning, string acceptedFile)
    {
        Current = current;
        IsNew = isNew;
        Warning = warning;
        _accepted = accepted;
        _acceptedFile = acceptedFile;
    }

    /// <summary>The policy in force.</summary>
    public PolicyDocument Current { get; }

    /// <summary>True when this start accepted another revision than the last one.</summary>
    public bool IsNew { get; }

    /// <summary>Why the file on disk is not the one in force; null when it is.</summary>
    public string? Warning { get; }

    /// <summary>Reads the policy file of a home and decides whether it takes effect.</summary>
    /// <exception cref="GuardException">No policy can be put in force.</exception>
    public static PolicyStore Open(GuardHome home, TimeProvider clock)
    {
        var acceptedFile = Path.Combine(home.Guard, "policy.accepted.json");
        var onDisk = Read(home.PolicyFile);
        var accepted = File.Exists(acceptedFile) ? ReadAccepted(acceptedFile) : null;
        if (accepted is not null)
        {
            var inForce = PolicyDocument.Load(Convert.FromBase64String(accepted.File));
            if (onDisk is null || onDisk.Sha256 == inForce.Sha256)
            {
                return new(inForce, accepted, isNew: false, onDisk is null ? $"'{home.PolicyFile}' is gone; revision {inForce.Revision} stays in force." : null, acceptedFile);
            }

            if (onDisk.Revision <= inForce.Revision)
            {
                return new(inForce, accepted, isNew: false, string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{home.PolicyFile}' differs from the accepted revision {inForce.Revision} but says it is revision {onDisk.Revision}; the accepted one stays in force. If the change is yours, raise \"revision\" and start the guard again."), acceptedFile);
            }
        }

        if (onDisk is null)
        {
            throw new GuardException("no_policy", $"There is no policy at '{home.PolicyFile}'.", "Run 'cryptomcp init' to create a cautious one for test networks.");
        }

        var next = new AcceptedPolicy
        {
            File = Convert.ToBase64String(File.ReadAllBytes(home.PolicyFile)),
            AcceptedAt = clock.GetUtcNow(),
            PayeesSince = PayeesSince(onDisk, accepted, clock.GetUtcNow()),
        };
        return new(onDisk, next, isNew: true, warning: null, acceptedFile);
    }

    /// <summary>When the owner's policy first named this payee with this address.</summary>
    public DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address) =>
        KnownSince(_accepted.PayeesSince, payee, chain, address);

    /// <summary>When a payee was first named, by the table that goes with a revision.</summary>
    public static DateTimeOffset? KnownSince(IReadOnlyDictionary<string, DateTimeOffset> payeesSince, string payee, ChainId chain, string address) =>
        payeesSince.TryGetValue(PayeeKey(payee, chain, address), out var since) ? since : null;

    /// <summary>
    /// Writes the acceptance to the journal, charges past payments under the new budgets, and then keeps the copy: after a
    /// crash in between it is accepted once more, and no revision is ever in force that the journal does not hold.
    /// </summary>
    public async ValueTask AnnounceAsync(ILedger ledger, CancellationToken ct)
    {
        var known = ledger.View.LatestOf(RecordKind) is { ValueKind: JsonValueKind.Object } latest
            ? latest.Deserialize(AcceptedJson.Default.PolicyRecord)
            : null;
        if (known is not null && known.Sha256 != Current.Sha256 && known.Revision >= Current.Revision)
        {
            throw new GuardException(
                "policy_behind",
                $"The ledger at {ledger.Place} is on revision {known.Revision} of policy '{known.Name}', and this guard has revision {Current.Revision} of '{Current.Name}'.",
                $"All guards on one ledger need one policy: bring the file that the others use, with revision {known.Revision} or higher, to this host.");
        }

        var isKnown = known?.Sha256 == Current.Sha256;
        if (isKnown && !IsNew)
        {
            return;
        }

        if (!isKnown)
        {
            var record = new PolicyRecord { Name = Current.Name, Revision = Current.Revision, Sha256 = Current.Sha256, File = _accepted.File, PayeesSince = _accepted.PayeesSince };
            await ledger.RecordAsync(RecordKind, JsonSerializer.SerializeToElement(record, AcceptedJson.Default.PolicyRecord), ct);
        }

        // Also where it is on record already: whoever recorded it may have been stopped before this.
        await ledger.RechargeAsync(
            payment => Spending.Rulings.Charges(PolicyEngine.ChargesOf(Current, Planning.PaymentOutcome.SpendOf(payment), Planning.PaymentFacts.Read(payment).PriceView)), ct);
        Keep();
    }

    /// <summary>
    /// Refuses where another guard on the same ledger has put a newer policy in force: the budgets are counted by that one now,
    /// and by this guard's policy they might look empty. Called inside a decision.
    /// </summary>
    /// <exception cref="GuardException">This policy is not the one in force.</exception>
    public void RefuseIfBehind(ILedgerView view)
    {
        if (view.LatestOf(RecordKind) is { ValueKind: JsonValueKind.Object } latest && !latest.GetProperty("sha256").ValueEquals(Current.Sha256))
        {
            throw new GuardException(
                "policy_behind",
                $"Another guard on this ledger has put revision {latest.GetProperty("revision")} of the policy in force; this guard still has revision {Current.Revision}.",
                "The owner has to bring the new policy file to this host and start its guard again.");
        }
    }

    private void Keep() =>
        GuardHome.WritePrivateFile(_acceptedFile, JsonSerializer.SerializeToUtf8Bytes(_accepted, AcceptedJson.Default.AcceptedPolicy));

    /// <summary>Summary for views.</summary>
    public PolicySummary Summary() => new()
    {
        Name = Current.Name,
        Revision = Current.Revision,
        Expires = Current.Expires,
        Sha256 = Current.Sha256,
    };

    private static PolicyDocument? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        GuardHome.CheckPrivateFile(path);
        try
        {
            return PolicyDocument.Load(File.ReadAllBytes(path));
        }
        catch (PolicyException e)
        {
            throw new GuardException(
                "policy_invalid",
                $"The policy '{path}' does not load:{string.Concat(e.Mistakes.Take(10).Select(m => $"{Environment.NewLine}  {m}"))}",
                $"Correct it and check it with 'cryptomcp policy check {path}'.",
                e);
        }
    }

    private static AcceptedPolicy ReadAccepted(string path)
    {
        GuardHome.CheckPrivateFile(path);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), AcceptedJson.Default.AcceptedPolicy) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new GuardException("policy_record_damaged", $"'{path}', the guard's copy of the accepted policy, is damaged.", "Restore it from a backup, or delete it to accept the policy file as it is.", e);
        }
    }

    private static Dictionary<string, DateTimeOffset> PayeesSince(PolicyDocument policy, AcceptedPolicy? before, DateTimeOffset now)
    {
        var since = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (name, payee) in policy.Payees)
        {
            foreach (var (chain, address) in payee.On)
            {
                var key = PayeeKey(name, chain, address);

                // A first policy is the owner's own statement of whom they know; only later additions are new.
                since[key] = before is null ? DateTimeOffset.MinValue : before.PayeesSince.TryGetValue(key, out var known) ? known : now;
            }
        }

        return since;
    }

    private static string PayeeKey(string payee, ChainId chain, string address) =>
        $"{payee}|{chain}|{(chain.IsEvm ? address.ToUpperInvariant() : address)}";
}

/// <summary>The guard's own copy of the policy that it accepted last.</summary>
internal sealed record AcceptedPolicy
{
    /// <summary>The exact bytes of the file, base64.</summary>
    public required string File { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When each payee's address was first accepted.</summary>
    public required Dictionary<string, DateTimeOffset> PayeesSince { get; init; }
}

/// <summary>The journal's record of an accepted policy; holds the file, so that decisions can be derived again.</summary>
internal sealed record PolicyRecord
{
    public required string Name { get; init; }

    public required int Revision { get; init; }

    public required string Sha256 { get; init; }

    public required string File { get; init; }

    /// <summary>When each payee's address was first accepted.</summary>
    public required Dictionary<string, DateTimeOffset> PayeesSince { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(AcceptedPolicy))]
[JsonSerializable(typeof(PolicyRecord))]
internal sealed partial class AcceptedJson : JsonSerializerContext;
