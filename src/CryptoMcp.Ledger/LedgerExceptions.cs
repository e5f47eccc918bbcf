namespace CryptoMcp.Ledger;

/// <summary>The ledger refuses. The message says what was wrong and what to do next.</summary>
public class LedgerException : Exception
{
    /// <summary>A refusal.</summary>
    public LedgerException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal with its cause.</summary>
    public LedgerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Ledger or account is frozen, or the clock is in doubt.</summary>
public sealed class LedgerFrozenException(string message) : LedgerException(message);

/// <summary>A write failed or the journal is closed; nothing more is taken until the ledger is opened again.</summary>
public sealed class LedgerUnavailableException(string message, Exception? inner = null) : LedgerException(message, inner!);

/// <summary>The payment does not exist or cannot take this step from where it stands.</summary>
public sealed class PaymentStepException(string paymentId, string message) : LedgerException(message)
{
    /// <summary>The payment.</summary>
    public string PaymentId { get; } = paymentId;
}

/// <summary>The idempotency key names another intent.</summary>
public sealed class IdempotencyConflictException(string key, string paymentId)
    : LedgerException($"The idempotency key '{key}' belongs to {paymentId}, which is for another intent. Use a new key for a new payment.")
{
    /// <summary>The payment that has the key.</summary>
    public string PaymentId { get; } = paymentId;
}

/// <summary>The journal cannot be used as it is: broken, or open to others.</summary>
public class JournalException(string message, Exception? inner = null) : LedgerException(message, inner!);

/// <summary>Another guard holds the journal.</summary>
public sealed class JournalLockedException(string message, Exception? inner = null) : JournalException(message, inner);
