using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Guard.Approvals;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;
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

    /// <summary>What else policy saw; absent where there was nothing.</summary>
    public SpendDetails? Details { get; init; }

    /// <summary>Prices from feeds that the decision was made with; absent where only the policy's floors counted.</summary>
    public IReadOnlyList<PriceFact>? Prices { get; init; }

    /// <summary>False for a spend that was judged before it was planned to the end, because it was refused anyway.</summary>
    [JsonIgnore]
    public bool IsPlanned => Rail != NoRail;

    /// <summary>The prices on record.</summary>
    [JsonIgnore]
    public IPriceView PriceView => Prices is null ? FloorPrices.Instance : new RecordedPrices(Prices);

    /// <summary>What was bought with it; absent where nothing was.</summary>
    public PurchaseFacts? Purchase { get; init; }

    /// <summary>What the owner was asked, where the policy said <c>ask</c>.</summary>
    public FrozenApproval? Approval { get; init; }

    private const string NoRail = "none";

    public static PaymentFacts Of(Plan plan) => new()
    {
        Rail = plan.Prepared?.Rail ?? NoRail,
        Summary = plan.Summary,
        To = plan.To,
        Payee = plan.Payee,
        Amount = plan.Amount?.ToString(),
        FeeAtMost = plan.FeeAtMost?.ToString(),
        Effects = [.. plan.Effects.Select(EffectFact.Of)],
        Details = plan.Details == SpendDetails.None ? null : plan.Details,
        Prices = plan.Prices.Facts.Count == 0 ? null : plan.Prices.Facts,
        Purchase = plan.Purchase,
    };

    public static PaymentFacts Read(Payment payment) =>
        payment.Facts.Deserialize(FactsJson.Default.PaymentFacts) ?? throw new JsonException($"{payment.Id} has no facts.");

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, FactsJson.Default.PaymentFacts);

    /// <summary>The spend as policy sees it, with other effects where the chain has shown what really happened.</summary>
    public Spend ToSpend(Payment payment, IReadOnlyList<Effect>? effects = null) => (Details ?? SpendDetails.None).AddTo(new()
    {
        Operation = payment.Operation,
        Account = payment.Account,
        Client = payment.Client,
        Chain = payment.Account.Chain,
        Effects = effects ?? [.. Effects.Select(e => e.ToEffect())],
    });
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaymentFacts))]
internal sealed partial class FactsJson : JsonSerializerContext;
