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
/// The policy in force: the one that the journal recorded last, file and all. The file on disk only proposes: one that
/// changed without a later revision, or went back to an earlier one, does not count; one that only tightens takes effect
/// at the next start; one that permits anything new waits for the owner.
/// </summary>
internal sealed class PolicyStore
{
    /// <summary>Kind of the journal's records of accepted revisions.</summary>
    public const string RecordKind = "policy";

    private const string ChargedKind = "policy-charged";

    private readonly GuardHome _home;
    private readonly TimeProvider _clock;
    private volatile InForce _inForce;
    private volatile bool _isChanging;

    private PolicyStore(GuardHome home, TimeProvider clock, InForce inForce)
    {
        _home = home;
        _clock = clock;
        _inForce = inForce;
    }

    /// <summary>The policy in force.</summary>
    public PolicyDocument Current => _inForce.Policy;

    /// <summary>True while budgets change hands: until past payments count in the new ones, nothing is allowed.</summary>
    public bool IsChanging => _isChanging;

    /// <summary>Why the file on disk is not the one in force; null when it is.</summary>
    public string? Warning { get; private set; }

    /// <summary>A later revision on disk that would permit something new; null when there is none.</summary>
    public (byte[] File, string Sha256)? Loosening { get; private set; }

    /// <summary>Called with each policy that comes into force.</summary>
    public Action<PolicyDocument> Changed { get; set; } = _ => { };

    /// <summary>Finds the policy in force, and decides whether the file of a home takes its place.</summary>
    /// <exception cref="GuardException">No policy can be put in force.</exception>
    public static async ValueTask<PolicyStore> OpenAsync(GuardHome home, TimeProvider clock, ILedger ledger, CancellationToken ct)
    {
        var file = File.Exists(home.PolicyFile) ? ReadFile(home.PolicyFile) : null;
        var onDisk = file is null ? null : Load(file, $"'{home.PolicyFile}'");
        if (Recorded(ledger) is not { } recorded)
        {
            if (onDisk is null)
            {
                throw new GuardException("no_policy", $"There is no policy at '{home.PolicyFile}'.", "Run 'cryptomcp init' to create a cautious one for test networks.");
            }

            // A first policy is the owner's own statement of whom they know; only later additions are new.
            var first = new PolicyStore(home, clock, new(onDisk, []));
            await first.AcceptAsync(onDisk, file!, ledger, ct);
            return first;
        }

        var store = new PolicyStore(home, clock, recorded);
        if (ledger.View.LatestOf(ChargedKind) is not { ValueKind: JsonValueKind.String } charged || charged.GetString() != store.Current.Sha256)
        {
            await ChargeAsync(store.Current, ledger, ct);
        }

        await store.CompareAsync(file, onDisk, ledger, ct);
        return store;
    }

    /// <summary>The policy that the journal recorded last, or else the file's; for those who only look.</summary>
    /// <exception cref="GuardException">There is none.</exception>
    public static PolicyDocument Peek(GuardHome home, ILedger ledger) => Recorded(ledger)?.Policy ?? Load(ReadFile(home.PolicyFile), $"'{home.PolicyFile}'");

    /// <summary>Puts a policy in force: in the journal first, then in the budgets, then in decisions, at last on disk.</summary>
    public async ValueTask AcceptAsync(PolicyDocument next, ReadOnlyMemory<byte> file, ILedger ledger, CancellationToken ct)
    {
        var since = PayeesSince(next, Recorded(ledger), ledger.View.WindowNow);
        var record = new PolicyRecord
        {
            Name = next.Name,
            Revision = next.Revision,
            Sha256 = next.Sha256,
            File = Convert.ToBase64String(file.Span),
            AcceptedAt = _clock.GetUtcNow(),
            PayeesSince = since,
        };
        _isChanging = true;
        try
        {
            await ledger.RecordAsync(RecordKind, JsonSerializer.SerializeToElement(record, AcceptedJson.Default.PolicyRecord), ct);
            await ChargeAsync(next, ledger, CancellationToken.None);
            _inForce = new(next, since);
            Changed(next);
        }
        finally
        {
            _isChanging = false;
        }

        if (!File.Exists(_home.PolicyFile) || !file.Span.SequenceEqual(File.ReadAllBytes(_home.PolicyFile)))
        {
            GuardHome.WritePrivateFile(_home.PolicyFile, file.Span);
        }

        Warning = null;
        Loosening = null;
    }

    /// <summary>When the owner's policy first named this payee with this address.</summary>
    public DateTimeOffset? PayeeKnownSince(string payee, ChainId chain, string address) =>
        KnownSince(_inForce.PayeesSince, payee, chain, address);

    /// <summary>When a payee was first named, by the table that goes with a revision.</summary>
    public static DateTimeOffset? KnownSince(IReadOnlyDictionary<string, DateTimeOffset> payeesSince, string payee, ChainId chain, string address) =>
        payeesSince.TryGetValue(PayeeKey(payee, chain, address), out var since) ? since : null;

    /// <summary>
    /// Refuses where another guard on the same ledger has put a newer policy in force: the budgets are counted by that one now,
    /// and by this guard's policy they might look empty. Called inside a decision; <see cref="TakeUp"/> ends it.
    /// </summary>
    /// <exception cref="GuardException">This policy is not the one in force.</exception>
    public void RefuseIfBehind(ILedgerView view)
    {
        if (!_isChanging && view.LatestOf(RecordKind) is { ValueKind: JsonValueKind.Object } latest && !latest.GetProperty("sha256").ValueEquals(Current.Sha256))
        {
            throw new GuardException(
                "policy_behind",
                $"Another guard on this ledger has put revision {latest.GetProperty("revision")} of the policy in force; this guard still has revision {Current.Revision}.",
                "Repeat the same call in a moment: this guard takes the new revision up by itself.");
        }
    }

    /// <summary>Takes up the policy that another guard on the same ledger has put in force.</summary>
    public void TakeUp(ILedger ledger)
    {
        if (!_isChanging && ledger.View.LatestOf(RecordKind) is { ValueKind: JsonValueKind.Object } latest
            && !latest.GetProperty("sha256").ValueEquals(Current.Sha256) && Recorded(ledger) is { } next)
        {
            _inForce = next;
            Changed(next.Policy);
        }
    }

    /// <summary>Summary for views.</summary>
    public PolicySummary Summary() => new()
    {
        Name = Current.Name,
        Revision = Current.Revision,
        Expires = Current.Expires,
        Sha256 = Current.Sha256,
    };

    /// <summary>Reads a policy.</summary>
    /// <param name="file">The exact bytes.</param>
    /// <param name="name">What to call it in a complaint.</param>
    /// <exception cref="GuardException">It has mistakes.</exception>
    public static PolicyDocument Load(ReadOnlyMemory<byte> file, string name)
    {
        try
        {
            return PolicyDocument.Load(file);
        }
        catch (PolicyException e)
        {
            throw new GuardException(
                "policy_invalid",
                $"The policy {name} does not load:{string.Concat(e.Mistakes.Take(10).Select(m => $"{Environment.NewLine}  {m}"))}",
                "Correct it and check it with 'cryptomcp policy check FILE'.",
                e);
        }
    }

    private async ValueTask CompareAsync(byte[]? file, PolicyDocument? onDisk, ILedger ledger, CancellationToken ct)
    {
        if (onDisk is null)
        {
            Warning = string.Create(CultureInfo.InvariantCulture, $"'{_home.PolicyFile}' is gone; revision {Current.Revision} stays in force.");
        }
        else if (onDisk.Sha256 != Current.Sha256 && onDisk.Revision <= Current.Revision)
        {
            Warning = string.Create(
                CultureInfo.InvariantCulture,
                $"'{_home.PolicyFile}' differs from the accepted revision {Current.Revision} but says it is revision {onDisk.Revision}; the accepted one stays in force. If the change is yours, raise \"revision\" and start the guard again.");
        }
        else if (onDisk.Sha256 != Current.Sha256 && PolicyDiff.Between(Current, onDisk).Loosens)
        {
            Loosening = (file!, onDisk.Sha256);
            Warning = string.Create(
                CultureInfo.InvariantCulture,
                $"'{_home.PolicyFile}' is revision {onDisk.Revision} and permits something new, so it waits for your approval ('cryptomcp approve'); revision {Current.Revision} stays in force.");
        }
        else if (onDisk.Sha256 != Current.Sha256)
        {
            await AcceptAsync(onDisk, file!, ledger, ct);
        }
    }

    /// <summary>Charges past payments under a policy's budgets, and notes that it was done: a crash in between does it again.</summary>
    private static async ValueTask ChargeAsync(PolicyDocument policy, ILedger ledger, CancellationToken ct)
    {
        await ledger.RechargeAsync(
            payment => Spending.Rulings.Charges(PolicyEngine.ChargesOf(policy, Planning.PaymentOutcome.SpendOf(payment), Planning.PaymentFacts.Read(payment).PriceView)), ct);
        await ledger.RecordAsync(ChargedKind, JsonSerializer.SerializeToElement(policy.Sha256, AcceptedJson.Default.String), ct);
    }

    private static InForce? Recorded(ILedger ledger)
    {
        if (ledger.View.LatestOf(RecordKind) is not { ValueKind: JsonValueKind.Object } json)
        {
            return null;
        }

        try
        {
            var record = json.Deserialize(AcceptedJson.Default.PolicyRecord) ?? throw new JsonException("null");
            var policy = Load(Convert.FromBase64String(record.File), "in the journal");
            return policy.Sha256 == record.Sha256 ? new(policy, record.PayeesSince) : throw new JsonException("hash");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new GuardException(
                "policy_record_damaged", "The journal's record of the accepted policy is damaged.", "Check the journal with 'cryptomcp audit --verify'.", e);
        }
    }

    private static byte[] ReadFile(string path)
    {
        GuardHome.CheckPrivateFile(path);
        return File.ReadAllBytes(path);
    }

    private static Dictionary<string, DateTimeOffset> PayeesSince(PolicyDocument policy, InForce? before, DateTimeOffset now)
    {
        var since = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (name, payee) in policy.Payees)
        {
            foreach (var (chain, address) in payee.On)
            {
                var key = PayeeKey(name, chain, address);
                since[key] = before is null ? DateTimeOffset.MinValue : before.PayeesSince.TryGetValue(key, out var known) ? known : now;
            }
        }

        return since;
    }

    private static string PayeeKey(string payee, ChainId chain, string address) =>
        $"{payee}|{chain}|{(chain.IsEvm ? address.ToUpperInvariant() : address)}";

    private sealed record InForce(PolicyDocument Policy, Dictionary<string, DateTimeOffset> PayeesSince);
}

/// <summary>The journal's record of an accepted policy; holds the file, so that decisions can be derived again.</summary>
internal sealed record PolicyRecord
{
    public required string Name { get; init; }

    public required int Revision { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>The exact bytes of the file, base64.</summary>
    public required string File { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When each payee's address was first accepted.</summary>
    public required Dictionary<string, DateTimeOffset> PayeesSince { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PolicyRecord))]
[JsonSerializable(typeof(string))]
internal sealed partial class AcceptedJson : JsonSerializerContext;
