using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Planning;

/// <summary>
/// What the guard writes beside a payment in the ledger: enough to show it, to follow it, and to judge it again under
/// another policy, without asking anybody.
/// </summary>
internal sealed record PaymentFacts
{
    public required string Rail { get; init; }

    public required string Summary { get; init; }

    public string? To { get; init; }

    public string? Payee { get; init; }

    public string? Amount { get; init; }

    public string? FeeAtMost { get; init; }

    public required IReadOnlyList<EffectFact> Effects { get; init; }

    public static PaymentFacts Of(Plan plan) => new()
    {
        Rail = plan.Prepared?.Rail ?? "none",
        Summary = plan.Summary,
        To = plan.To,
        Payee = plan.Payee,
        Amount = plan.Amount?.ToString(),
        FeeAtMost = plan.FeeAtMost?.ToString(),
        Effects = [.. plan.Effects.Select(EffectFact.Of)],
    };

    public static PaymentFacts Read(Payment payment) =>
        payment.Facts.Deserialize(FactsJson.Default.PaymentFacts) ?? throw new JsonException($"{payment.Id} has no facts.");

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, FactsJson.Default.PaymentFacts);

    /// <summary>The spend as policy sees it, with other effects where the chain has shown what really happened.</summary>
    public Spend ToSpend(Payment payment, IReadOnlyList<Effect>? effects = null) => new()
    {
        Operation = payment.Operation,
        Account = payment.Account,
        Client = payment.Client,
        Chain = payment.Account.Chain,
        Effects = effects ?? [.. Effects.Select(e => e.ToEffect())],
    };
}

/// <summary>One decoded effect, written down.</summary>
internal sealed record EffectFact
{
    /// <summary><c>outflow</c>, <c>allowance</c>, <c>fee</c> or <c>inflow</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>CAIP-19.</summary>
    public required string Asset { get; init; }

    public required string Symbol { get; init; }

    public required int Decimals { get; init; }

    /// <summary>Integer units in decimal.</summary>
    public required string Units { get; init; }

    /// <summary>Recipient or spender.</summary>
    public string? Counterparty { get; init; }

    public static EffectFact Of(Effect effect) => effect switch
    {
        Effect.Outflow e => Of("outflow", e.Amount, e.Recipient),
        Effect.Allowance e => Of("allowance", e.Amount, e.Spender),
        Effect.Fee e => Of("fee", e.Amount, null),
        Effect.Inflow e => Of("inflow", e.Amount, null),
        _ => throw new InvalidOperationException($"{effect.GetType().Name} is never signed, so never recorded."),
    };

    public Effect ToEffect()
    {
        var asset = new Asset(AssetId.Parse(Asset), Symbol, Decimals);
        var amount = new Amount(BigInteger.Parse(Units, NumberStyles.None, CultureInfo.InvariantCulture), asset);
        return Kind switch
        {
            "outflow" => new Effect.Outflow(amount, Counterparty!),
            "allowance" => new Effect.Allowance(amount, Counterparty!),
            "fee" => new Effect.Fee(amount),
            "inflow" => new Effect.Inflow(amount),
            _ => throw new JsonException($"'{Kind}' is no kind of effect."),
        };
    }

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

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaymentFacts))]
internal sealed partial class FactsJson : JsonSerializerContext;
