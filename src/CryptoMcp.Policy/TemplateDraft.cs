using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>The parts of a template that do not depend on addresses.</summary>
internal sealed record TemplateDraft
{
    public const string Approval =
        """{ "by": [ { "id": "owner-tty", "kind": "terminal-passphrase" }, { "id": "owner-key", "kind": "webauthn" } ], "need": 1, "expires": "10m", "maxWaiting": 3, "restAfterRefusal": "5m" }""";

    private const string Tripwire = """{ "id": "tripwire", "limit": "20 denials", "window": "10m", "whenFull": "freeze" }""";

    private const string Fees = """{ "id": "fees", "limit": "2 USD", "window": "24h", "counts": "fees" }""";

    public required string Title { get; init; }

    public required IReadOnlyList<string> Budgets { get; init; }

    public required IReadOnlyList<string> Rules { get; init; }

    public string? OneSignature { get; init; }

    public int OpenAuthorizations { get; init; } = 4;

    public string TokenApproval { get; init; } = "never";

    public string? NewPayeeWait { get; init; }

    public string Changes { get; init; } = """{ "tighten": "now", "loosen": { "wait": "24h", "by": ["owner-tty"] } }""";

    public static TemplateDraft For(string name, IReadOnlyList<TemplateChain> chains) => name switch
    {
        PolicyTemplates.ResearchAgent => new()
        {
            Title = "Research agent: small API payments, transfers with approval",
            Budgets =
            [
                """{ "id": "day", "limit": "25 USD", "window": "24h" }""",
                """{ "id": "month", "limit": "300 USD", "window": "30d" }""",
                """{ "id": "per-host", "limit": "5 USD", "window": "1h", "each": "host" }""",
                """{ "id": "rate", "limit": "200 payments", "window": "24h" }""",
                Fees, Tripwire,
            ],
            Rules =
            [
                """{ "id": "cheap-apis", "allow": "x402.pay", "if": { "amount": "<= 0.10 USD" } }""",
                """{ "id": "dearer-apis", "ask": "x402.pay", "if": { "amount": "> 0.10 USD and <= 5 USD" } }""",
                """{ "id": "transfers", "ask": "transfer", "if": { "amount": "<= 20 USD" } }""",
                Revoke,
            ],
            OneSignature = "25 USD",
            NewPayeeWait = "24h",
        },
        PolicyTemplates.Treasury => new()
        {
            Title = "Treasury: named payees only",
            Budgets =
            [
                """{ "id": "day", "limit": "500 USD", "window": "24h" }""",
                """{ "id": "month", "limit": "5000 USD", "window": "30d" }""",
                """{ "id": "per-payee", "limit": "250 USD", "window": "24h", "each": "payee" }""",
                Fees, Tripwire,
            ],
            Rules =
            [
                """{ "id": "small-to-known", "allow": "transfer", "if": { "to": "payee:*", "amount": "<= 50 USD" } }""",
                """{ "id": "larger-to-known", "ask": "transfer", "if": { "to": "payee:*", "amount": "> 50 USD and <= 250 USD" } }""",
                Revoke,
            ],
            OneSignature = "260 USD",
            NewPayeeWait = "24h",
        },
        PolicyTemplates.PaidApiBuyer => new()
        {
            Title = "Buyer of paid APIs: nothing but small x402 payments",
            Budgets =
            [
                """{ "id": "day", "limit": "10 USD", "window": "24h" }""",
                """{ "id": "per-host", "limit": "2 USD", "window": "1h", "each": "host" }""",
                """{ "id": "rate", "limit": "500 payments", "window": "24h" }""",
                Tripwire,
            ],
            Rules = ["""{ "id": "apis", "allow": "x402.pay", "if": { "amount": "<= 0.25 USD", "scheme": ["exact"] } }"""],
            OneSignature = "1 USD",
        },
        PolicyTemplates.ReadOnly => new()
        {
            Title = "Read only: nothing leaves",
            Budgets = ["""{ "id": "nothing", "limit": "0 USD", "window": "forever", "counts": "value" }""", Tripwire],
            Rules = ["""{ "id": "no-spending", "forbid": "*", "why": "This wallet is for looking only." }"""],
            OpenAuthorizations = 1,
        },
        PolicyTemplates.TestNetworks => new()
        {
            Title = "First start: small transfers on test networks",
            Budgets =
            [
                """{ "id": "day", "limit": "20 USD", "window": "24h" }""",
                """{ "id": "rate", "limit": "100 payments", "window": "24h" }""",
                Tripwire,
            ],
            Rules = [.. TransferRules(chains), """{ "id": "cheap-apis", "allow": "x402.pay", "if": { "amount": "<= 0.10 USD" } }""", Revoke],
            OneSignature = "20 USD",
            Changes = """{ "tighten": "now", "loosen": { "wait": "1m", "by": ["owner-tty"] } }""",
        },
        PolicyTemplates.Facilitator => new()
        {
            Title = "Facilitator: gas for settling other people's x402 payments",
            Budgets =
            [
                """{ "id": "gas", "limit": "5 USD", "window": "24h", "counts": "fees" }""",
                """{ "id": "rate", "limit": "2000 payments", "window": "1h" }""",
            ],
            Rules = [$$"""{ "id": "settle", "allow": "facilitator.settle", "if": { "chain": [{{string.Join(", ", chains.Select(chain => $"\"{chain.Chain}\""))}}] } }"""],
            OneSignature = "1 USD",
        },
        _ => throw new ArgumentException(
            $"There is no template '{name}'. Known are: {string.Join(", ", PolicyTemplates.Names)}.", nameof(name)),
    };

    /// <summary>Ending an allowance takes nothing but its fee.</summary>
    private const string Revoke = """{ "id": "revoke-allowances", "allow": "approve-token", "if": { "amount": "<= 0 USD" } }""";

    /// <summary>Up to 5 whole units of each token and 0.01 of each coin at once, to anyone.</summary>
    private static IEnumerable<string> TransferRules(IReadOnlyList<TemplateChain> chains)
    {
        foreach (var group in chains.SelectMany(chain => chain.Assets).GroupBy(asset => asset.Asset.Symbol))
        {
            var isCoin = group.Any(asset => asset.Asset.Id.IsNative);
            var most = new Usd(isCoin ? 1_000_000 : 500_000_000);
            var number = DecimalText.Format(most.Units, Usd.Decimals);
            yield return $$"""{ "id": "small-{{group.Key.ToLowerInvariant()}}", "allow": "transfer", "if": { "asset": "{{group.Key}}", "amount": "<= {{number}} {{group.Key}}" } }""";
        }
    }
}
