using System.Diagnostics.CodeAnalysis;

namespace CryptoMcp.Solana;

/// <summary>The hash of a recent block, which limits how long a message can land; also the genesis hash of a cluster.</summary>
/// <param name="Bytes">The hash, 32 bytes like a public key.</param>
public readonly record struct Blockhash(Pubkey Bytes)
{
    /// <summary>Reads base58.</summary>
    /// <exception cref="SolanaFormatException">The text does not stand for 32 bytes.</exception>
    public static Blockhash Parse(string text) => TryParse(text, out var hash)
        ? hash
        : throw new SolanaFormatException($"{UntrustedText.Quote(text)} is not a block hash: expected base58 of 32 bytes.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out Blockhash hash)
    {
        var ok = Pubkey.TryParse(text, out var bytes);
        hash = new(bytes);
        return ok;
    }

    /// <summary>Base58 text.</summary>
    public override string ToString() => Bytes.ToString();
}

/// <summary>How long a message with this hash can land: not beyond the height.</summary>
/// <param name="Hash">The hash to put into the message.</param>
/// <param name="LastValidBlockHeight">The last block height that takes it: 150 blocks after the hash's own, 60 to 90 seconds.</param>
public readonly record struct BlockhashLifetime(Blockhash Hash, ulong LastValidBlockHeight);
