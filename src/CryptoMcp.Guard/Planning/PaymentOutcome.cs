using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Ledger;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Planning;

/// <summary>How a payment ended, as written beside its last step.</summary>
internal sealed record PaymentOutcome
{
    /// <summary>One sentence: what the chain shows.</summary>
    public required string Says { get; init; }

    /// <summary>What really moved.</summary>
    public IReadOnlyList<EffectFact> Effects { get; init; } = [];

    /// <summary>The fee that was paid, decimal text with unit.</summary>
    public string? FeePaid { get; init; }

    public ulong? Block { get; init; }

    public string? BlockHash { get; init; }

    public bool? Reverted { get; init; }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, OutcomeJson.Default.PaymentOutcome);

    /// <summary>What a payment takes from budgets: in truth once it is settled, at worst before.</summary>
    public static Spend SpendOf(Payment payment)
    {
        var facts = PaymentFacts.Read(payment);
        var outcome = payment.State == PaymentState.Settled && payment.Proof.ValueKind == JsonValueKind.Object
            ? payment.Proof.Deserialize(OutcomeJson.Default.PaymentOutcome)
            : null;
        return facts.ToSpend(payment, outcome is null ? null : [.. outcome.Effects.Select(e => e.ToEffect())]);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaymentOutcome))]
internal sealed partial class OutcomeJson : JsonSerializerContext;
