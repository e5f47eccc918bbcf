using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>A wish to pay, before the policy has judged it.</summary>
public sealed record ReserveRequest
{
    /// <summary>Who asks; idempotency keys are the client's own.</summary>
    public required string Client { get; init; }

    /// <summary>The caller's idempotency key; null where it gave none.</summary>
    public string? Key { get; init; }

    /// <summary>Digest of the canonical intent (client, operation, asset, amount, payee, host and path).</summary>
    public required string IntentDigest { get; init; }

    /// <summary>The kind of spend.</summary>
    public required string Operation { get; init; }

    /// <summary>The paying account.</summary>
    public required AccountId Account { get; init; }

    /// <summary>What to record with it: effects, plan, summary. Opaque to the ledger.</summary>
    public JsonElement Facts { get; init; }

    /// <summary>Names by which open payments are counted, such as <c>host|api.example.com</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}

/// <summary>The policy's word.</summary>
public enum Verdict
{
    /// <summary>Reserve.</summary>
    Allow,

    /// <summary>Record and ask the owner.</summary>
    Ask,

    /// <summary>Record and refuse.</summary>
    Deny,
}

/// <summary>A decision of the policy, made inside the ledger's atomic step.</summary>
public sealed record Ruling
{
    /// <summary>The policy's word.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Every counter that the payment draws on, at worst. Each counter once.</summary>
    public IReadOnlyList<Charge> Charges { get; init; } = [];

    /// <summary>The decision to record: rule, budgets, first unmet condition.</summary>
    public JsonElement Decision { get; init; }

    /// <summary>
    /// Facts to record in place of <see cref="ReserveRequest.Facts"/>, where they are only known once it is decided: what
    /// the owner is asked names the budgets as they stand at this moment.
    /// </summary>
    public JsonElement Facts { get; init; }
}

/// <summary>The outcome of a reservation.</summary>
/// <param name="Payment">The payment, durable; its state tells the verdict (reserved, waiting, denied).</param>
/// <param name="Existing">True when the payment was there before: nothing was decided or counted again.</param>
public sealed record Reservation(Payment Payment, bool Existing)
{
    /// <summary>The ruling of this call; null for an existing payment.</summary>
    public Ruling? Ruling { get; init; }
}
