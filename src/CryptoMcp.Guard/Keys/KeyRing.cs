using System.Collections.Concurrent;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;
using CryptoMcp.Money;

namespace CryptoMcp.Guard.Keys;

/// <summary>Where signatures come from. It takes nothing but the ledger's leave to sign one recorded digest.</summary>
internal interface IKeyBackend
{
    /// <summary>True when it can sign for the account.</summary>
    bool CanSign(AccountId account);

    /// <summary>Signs the digest that the authorization names. 65 bytes (r, s, recovery id) for secp256k1.</summary>
    /// <exception cref="GuardException">The key is not here.</exception>
    ValueTask<byte[]> SignAsync(Authorization authorization, CancellationToken ct);
}

/// <summary>
/// Keys from encrypted wallets, opened once and held in locked memory outside the garbage-collected heap. Every signature
/// is verified against the account's public key before it leaves.
/// </summary>
internal sealed class KeyRing : IKeyBackend, IDisposable
{
    private readonly ConcurrentDictionary<string, Entry> _byAddress = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes a secp256k1 key over.</summary>
    public void Add(SecretBytes key)
    {
        var publicKey = new byte[Secp256k1.PublicKeyLength];
        Secp256k1.DerivePublicKey(key.Span, publicKey);
        if (!_byAddress.TryAdd(EvmAddress.FromPublicKey(publicKey).ToString(), new(key, publicKey)))
        {
            key.Dispose();
        }
    }

    /// <inheritdoc/>
    public bool CanSign(AccountId account) => account.Chain.IsEvm && _byAddress.ContainsKey(account.Address);

    /// <inheritdoc/>
    public ValueTask<byte[]> SignAsync(Authorization authorization, CancellationToken ct)
    {
        if (!authorization.Account.Chain.IsEvm || !_byAddress.TryGetValue(authorization.Account.Address, out var entry))
        {
            throw new GuardException(
                "key_missing",
                $"The key of {authorization.Account.Address} is not unlocked here; the payment is held and nothing was signed.",
                "Unlock or import the wallet, then repeat the same call with the same idempotency key.");
        }

        Span<byte> digest = stackalloc byte[32];
        if (Convert.FromHexString(authorization.Digest, digest, out _, out var written) != System.Buffers.OperationStatus.Done || written != digest.Length)
        {
            throw new InvalidOperationException($"{authorization.PaymentId} was recorded with a digest that is not 32 bytes.");
        }

        authorization.Redeem();
        var signature = new byte[Secp256k1.SignatureLength];
        Secp256k1.Sign(entry.Key.Span, entry.PublicKey, digest, signature);
        return new(signature);
    }

    /// <summary>Zeroes every key.</summary>
    public void Dispose()
    {
        foreach (var entry in _byAddress.Values)
        {
            entry.Key.Dispose();
        }

        _byAddress.Clear();
    }

    private sealed record Entry(SecretBytes Key, byte[] PublicKey);
}
