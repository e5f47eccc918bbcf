using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Planning;

/// <summary>One decoded effect, written down.</summary>
internal sealed record EffectFact
{
    /// <summary>
    /// <c>outflow</c>, <c>allowance</c>, <c>fee</c> or <c>inflow</c>; or, in a refused spend, <c>unknown</c> or <c>never</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>CAIP-19; empty for an effect without amount.</summary>
    public string Asset { get; init; } = string.Empty;

    public string Symbol { get; init; } = string.Empty;

    public int Decimals { get; init; }

    /// <summary>Integer units in decimal.</summary>
    public string Units { get; init; } = "0";

    /// <summary>Recipient or spender.</summary>
    public string? Counterparty { get; init; }

    /// <summary>What could not be measured, or which entry of the never-sign list it is.</summary>
    public string? What { get; init; }

    public static EffectFact Of(Effect effect) => effect switch
    {
        Effect.Outflow e => Of("outflow", e.Amount, e.Recipient),
        Effect.Allowance e => Of("allowance", e.Amount, e.Spender),
        Effect.Fee e => Of("fee", e.Amount, null),
        Effect.Inflow e => Of("inflow", e.Amount, null),
        Effect.Unknown e => new() { Kind = "unknown", What = e.Description },
        Effect.NeverSigned e => new() { Kind = "never", What = e.Kind.ToString() },
        _ => throw new InvalidOperationException($"{effect.GetType().Name} has no word in the ledger."),
    };

    public Effect ToEffect() => Kind switch
    {
        "outflow" => new Effect.Outflow(Amount(), Counterparty!),
        "allowance" => new Effect.Allowance(Amount(), Counterparty!),
        "fee" => new Effect.Fee(Amount()),
        "inflow" => new Effect.Inflow(Amount()),
        "unknown" => new Effect.Unknown(What ?? string.Empty),
        "never" when Enum.TryParse<Effect.NeverSigned.Entry>(What, out var entry) => new Effect.NeverSigned(entry),
        _ => throw new JsonException($"'{Kind}' is no kind of effect."),
    };

    private Amount Amount() => new(
        BigInteger.Parse(Units, NumberStyles.None, CultureInfo.InvariantCulture), new Asset(AssetId.Parse(Asset), Symbol, Decimals));

    private static EffectFact Of(string kind, Amount amount, string? counterparty) => new()
    {
        Kind = kind,
        Asset = amount.Asset.Id.ToString(),
        Symbol = amount.Asset.Symbol,
        Decimals = amount.Asset.Decimals,
        Units = amount.Units.ToString(CultureInfo.InvariantCulture),
        Counterparty = counterparty,
    };
}
