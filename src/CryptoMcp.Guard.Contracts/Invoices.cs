namespace CryptoMcp.Guard.Contracts;

/// <summary>A request for payment to one of our own wallets.</summary>
public sealed record InvoiceRequest
{
    /// <summary>Name of the wallet that is paid; the only one if there is but one.</summary>
    public string? Wallet { get; init; }

    /// <summary>Chain: a name, or CAIP-2.</summary>
    public required string Chain { get; init; }

    /// <summary>Decimal text with unit, in an asset of the policy: exactly this is paid.</summary>
    public required string Amount { get; init; }

    /// <summary>What it is for, shown to the payer; at most 200 characters.</summary>
    public string? Description { get; init; }

    /// <summary>How long it can be paid, 60 to 2,592,000 seconds.</summary>
    public required int ExpiresInSeconds { get; init; }
}

/// <summary>An invoice as the guard keeps it. Whether it is paid, the chain says: see <see cref="Claim"/>.</summary>
public sealed record InvoiceView
{
    /// <summary><c>inv_…</c>.</summary>
    public required string InvoiceId { get; init; }

    /// <summary>CAIP-2 chain.</summary>
    public required string Chain { get; init; }

    /// <summary>Decimal text with unit.</summary>
    public required string Amount { get; init; }

    /// <summary>The same in atomic units, decimal.</summary>
    public required string Units { get; init; }

    /// <summary>The token's contract.</summary>
    public required string Token { get; init; }

    /// <summary>The wallet's address.</summary>
    public required string PayTo { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it can be paid.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The one authorization that may pay it, once somebody has shown one.</summary>
    public InvoiceClaim? Claim { get; init; }
}

/// <summary>The signed transfer (EIP-3009) that is to pay an invoice. It is noted before it is settled, so that a crash in between forgets nothing.</summary>
public sealed record InvoiceClaim
{
    /// <summary>Who pays.</summary>
    public required string Payer { get; init; }

    /// <summary>The authorization's nonce, 32 bytes in hexadecimal.</summary>
    public required string Nonce { get; init; }

    /// <summary>From when on a block can no longer hold it.</summary>
    public required DateTimeOffset ValidBefore { get; init; }

    /// <summary>The transaction, as the facilitator reported it.</summary>
    public string? TransactionId { get; init; }
}

/// <summary>Reserves an invoice for one authorization.</summary>
public sealed record InvoiceClaimRequest
{
    /// <summary>The authorization.</summary>
    public required InvoiceClaim Claim { get; init; }

    /// <summary>Nonce of an earlier authorization that the chain has proven dead; the guard replaces no other.</summary>
    public string? InsteadOf { get; init; }
}

/// <summary>The form of an invoice's id: <c>inv_</c> and 32 hexadecimal digits.</summary>
public static class InvoiceId
{
    private const string Prefix = "inv_";
    private const int Digits = 32;

    /// <summary>A fresh one, which nobody can guess: whoever knows it can see what the invoice is for.</summary>
    public static string Create() => Prefix + System.Security.Cryptography.RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <summary>Whether a text has the form.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length != Prefix.Length + Digits || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in text.AsSpan(Prefix.Length))
        {
            if (!char.IsAsciiHexDigitLower(c))
            {
                return false;
            }
        }

        return true;
    }
}
