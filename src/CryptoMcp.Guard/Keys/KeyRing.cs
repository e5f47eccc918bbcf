using System.Collections.Concurrent;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Keys;

/// <summary>Where signatures come from. It takes nothing but the ledger's leave to sign one recorded digest.</summary>
internal interface IKeyBackend
{
    /// <summary>True when it can sign for the account.</summary>
    bool CanSign(AccountId account);

    /// <summary>Signs the digest that the authorization names. 65 bytes (r, s, recovery id) for secp256k1, 64 for Ed25519.</summary>
    /// <exception cref="GuardException">The key is not here.</exception>
    ValueTask<byte[]> SignAsync(Authorization authorization, CancellationToken ct);
}

/// <summary>
/// Keys from encrypted wallets, opened once and held in locked memory outside the garbage-collected heap. Every signature
/// is verified against the account's public key before it leaves.
/// </summary>
internal sealed class KeyRing : IKeyBackend, IDisposable
{
    private readonly ConcurrentDictionary<string, Entry> _evm = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Entry> _solana = new(StringComparer.Ordinal);

    /// <summary>Takes a secp256k1 key over.</summary>
    public void AddEvm(SecretBytes key)
    {
        var publicKey = new byte[Secp256k1.PublicKeyLength];
        Secp256k1.DerivePublicKey(key.Span, publicKey);
        Add(_evm, EvmAddress.FromPublicKey(publicKey).ToString(), key, publicKey);
    }

    /// <summary>Takes an Ed25519 seed over.</summary>
    public void AddSolana(SecretBytes seed)
    {
        var publicKey = new byte[Ed25519.PublicKeyLength];
        Ed25519.DerivePublicKey(seed.Span, publicKey);
        Add(_solana, new Pubkey(publicKey).ToString(), seed, publicKey);
    }

    /// <summary>True when the key of an address of either family is here.</summary>
    public bool Holds(string address) => _evm.ContainsKey(address) || _solana.ContainsKey(address);

    /// <summary>Derives something from the key of an address; null when it is not here. The key itself stays.</summary>
    public T? Derive<T>(string address, Func<SecretBytes, T> derive)
        where T : class => (_evm.TryGetValue(address, out var entry) || _solana.TryGetValue(address, out entry)) ? derive(entry.Key) : null;

    /// <inheritdoc/>
    public bool CanSign(AccountId account) => Find(account) is not null;

    /// <inheritdoc/>
    public ValueTask<byte[]> SignAsync(Authorization authorization, CancellationToken ct)
    {
        var entry = Find(authorization.Account) ?? throw new GuardException(
            "key_missing",
            $"The key of {authorization.Account.Address} is not unlocked here; the payment is held and nothing was signed.",
            "Unlock or import the wallet, then repeat the same call with the same idempotency key.");
        return new(authorization.Account.Chain.IsEvm ? SignDigest(authorization, entry) : SignMessage(authorization, entry));
    }

    /// <summary>Zeroes every key.</summary>
    public void Dispose()
    {
        foreach (var entry in _evm.Values.Concat(_solana.Values))
        {
            entry.Key.Dispose();
        }

        _evm.Clear();
        _solana.Clear();
    }

    private static byte[] SignDigest(Authorization authorization, Entry entry)
    {
        Span<byte> digest = stackalloc byte[32];
        if (Convert.FromHexString(authorization.Digest, digest, out _, out var written) != System.Buffers.OperationStatus.Done || written != digest.Length)
        {
            throw new InvalidOperationException($"{authorization.PaymentId} was recorded with a digest that is not 32 bytes.");
        }

        authorization.Redeem();
        var signature = new byte[Secp256k1.SignatureLength];
        Secp256k1.Sign(entry.Key.Span, entry.PublicKey, digest, signature);
        return signature;
    }

    /// <summary>Ed25519 signs the whole message, which is recorded in the digest's place.</summary>
    private static byte[] SignMessage(Authorization authorization, Entry entry)
    {
        var message = Convert.FromHexString(authorization.Digest);
        authorization.Redeem();
        var signature = new byte[Ed25519.SignatureLength];
        Ed25519.Sign(entry.Key.Span, entry.PublicKey, message, signature);
        return signature;
    }

    private static void Add(ConcurrentDictionary<string, Entry> keys, string address, SecretBytes key, byte[] publicKey)
    {
        if (!keys.TryAdd(address, new(key, publicKey)))
        {
            key.Dispose();
        }
    }

    private Entry? Find(AccountId account) => account.Chain switch
    {
        { IsEvm: true } => _evm.GetValueOrDefault(account.Address),
        { IsSolana: true } => _solana.GetValueOrDefault(account.Address),
        _ => null,
    };

    private sealed record Entry(SecretBytes Key, byte[] PublicKey);
}
