using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Ledger;

namespace CryptoMcp.Commands;

/// <summary>
/// A payment as an owner's books want it. Amounts are decimal text beside their unit, never a number that a program could
/// round; times are UTC, to the second.
/// </summary>
internal sealed record ExportedPayment
{
    public required long Record { get; init; }

    public required string PaymentId { get; init; }

    public required string Created { get; init; }

    public required string Updated { get; init; }

    public required string State { get; init; }

    public required string Client { get; init; }

    public required string Operation { get; init; }

    public required string Chain { get; init; }

    public required string Account { get; init; }

    public string? To { get; init; }

    public string? Payee { get; init; }

    public string? Amount { get; init; }

    public string? Unit { get; init; }

    public string? FeeAtMost { get; init; }

    public string? FeePaid { get; init; }

    public string? FeeUnit { get; init; }

    public string? SettledAt { get; init; }

    public string? Transaction { get; init; }

    public string? Rule { get; init; }

    public string? Reason { get; init; }

    public required string IdempotencyKey { get; init; }

    public string? Summary { get; init; }

    /// <summary>Names of the columns, in the order of <see cref="Row"/>.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "record", "payment_id", "created", "updated", "state", "client", "operation", "chain", "account", "to", "payee", "amount", "unit",
        "fee_at_most", "fee_paid", "fee_unit", "settled_at", "transaction", "rule", "reason", "idempotency_key", "summary",
    ];

    public static ExportedPayment Of(Payment payment)
    {
        var (amount, unit) = Split(Text(payment.Facts, "amount"));
        var (feeAtMost, feeUnit) = Split(Text(payment.Facts, "fee_at_most"));
        var (feePaid, paidUnit) = Split(Text(payment.Proof, "fee_paid"));
        return new()
        {
            Record = payment.Sequence,
            PaymentId = payment.Id,
            Created = Time(payment.Created)!,
            Updated = Time(payment.Updated)!,
            State = payment.State.ToString().ToLowerInvariant(),
            Client = payment.Client,
            Operation = payment.Operation,
            Chain = payment.Account.Chain.ToString(),
            Account = payment.Account.Address,
            To = Text(payment.Facts, "to"),
            Payee = Text(payment.Facts, "payee"),
            Amount = amount,
            Unit = unit,
            FeeAtMost = feeAtMost,
            FeePaid = feePaid,
            FeeUnit = paidUnit ?? feeUnit,
            SettledAt = Time(payment.SettledAt),
            Transaction = payment.TransactionId ?? payment.Latest?.TransactionId,
            Rule = Text(payment.Decision, "rule"),
            Reason = Text(payment.Proof, "says") ?? payment.Reason ?? Text(payment.Decision, "reason"),
            IdempotencyKey = payment.Key,
            Summary = Text(payment.Facts, "summary"),
        };
    }

    /// <summary>The cells of a row.</summary>
    public IReadOnlyList<string?> Row() =>
    [
        Record.ToString(CultureInfo.InvariantCulture), PaymentId, Created, Updated, State, Client, Operation, Chain, Account, To, Payee, Amount, Unit,
        FeeAtMost, FeePaid, FeeUnit, SettledAt, Transaction, Rule, Reason, IdempotencyKey, Summary,
    ];

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static (string? Number, string? Unit) Split(string? amount) => amount is null ? default : Money.Amount.Split(amount);

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExportedPayment))]
internal sealed partial class ExportJson : JsonSerializerContext;
