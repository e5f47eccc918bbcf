using CryptoMcp.Money;

namespace CryptoMcp.Ledger;

/// <summary>Asks the ledger for the account's next nonce.</summary>
/// <param name="Account">The account, which names its chain.</param>
/// <param name="ChainNonce">
/// The chain's own count, a hint only: lower than the ledger's and the ledger's is kept; higher and somebody else used
/// the key, so the account is frozen.
/// </param>
public sealed record NonceScope(AccountId Account, ulong ChainNonce);

/// <summary>What bytes are to be built for.</summary>
/// <param name="PaymentId">The payment.</param>
/// <param name="Nonce">Its nonce, where a <see cref="NonceScope"/> was given.</param>
public readonly record struct SigningSlot(string PaymentId, ulong? Nonce);

/// <summary>The exact bytes that are to be signed.</summary>
public sealed record SigningMaterial
{
    /// <summary>The digest (EVM) or message (Solana) that the key will sign, in hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>The unsigned bytes in hexadecimal.</summary>
    public required string UnsignedBytes { get; init; }

    /// <summary>Chain time from which the bytes are worthless; null where only the nonce can end them.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Last block height at which the bytes are valid (Solana).</summary>
    public ulong? ExpiresAfterHeight { get; init; }

    /// <summary>
    /// What these bytes take at worst. Null means: as reserved. For a first signing it may not exceed what is reserved;
    /// for a replacement the ledger holds the greatest over all variants.
    /// </summary>
    public IReadOnlyList<Charge>? Charges { get; init; }
}

/// <summary>
/// The ledger's leave to sign one digest once. Only the ledger makes it, and only after the record that names the
/// digest is durable; a key backend takes nothing else.
/// </summary>
public sealed class Authorization
{
    private int _redeemed;

    internal Authorization(Payment payment)
    {
        Payment = payment;
        Variant = payment.Latest ?? throw new InvalidOperationException($"{payment.Id} has nothing to sign.");
    }

    /// <summary>The payment as recorded.</summary>
    public Payment Payment { get; }

    /// <summary>The bytes as recorded.</summary>
    public SignedVariant Variant { get; }

    /// <summary>The payment's id.</summary>
    public string PaymentId => Payment.Id;

    /// <summary>The account whose key may sign.</summary>
    public AccountId Account => Payment.Account;

    /// <summary>The digest that may be signed, in hexadecimal.</summary>
    public string Digest => Variant.Digest;

    /// <summary>Takes the leave; the key backend calls it before it touches the key.</summary>
    /// <exception cref="InvalidOperationException">It was taken before.</exception>
    public void Redeem()
    {
        if (Interlocked.Exchange(ref _redeemed, 1) != 0)
        {
            throw new InvalidOperationException($"The authorization for {PaymentId} was used already. Resume the payment to get another for the same digest.");
        }
    }
}

/// <summary>What replaces signed bytes at the same nonce.</summary>
public sealed record ReplaceRequest
{
    /// <summary>Higher fee, or cancellation.</summary>
    public required VariantPurpose Purpose { get; init; }

    /// <summary>Builds the bytes for the payment's own nonce; must state <see cref="SigningMaterial.Charges"/>.</summary>
    public required Func<SigningSlot, SigningMaterial> Build { get; init; }

    /// <summary>Judges the charges that come on top of what is held. Called only if there are any.</summary>
    public required Func<ILedgerView, IReadOnlyList<Charge>, Ruling> Decide { get; init; }
}
