using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Solana;

/// <summary>64 bytes of Ed25519 in base58. The fee payer's signature is the id of the transaction.</summary>
public readonly record struct TransactionSignature
{
    private readonly string? _text;

    private TransactionSignature(string text) => _text = text;

    /// <summary>Takes 64 bytes.</summary>
    public static TransactionSignature Of(ReadOnlySpan<byte> bytes) => bytes.Length == Ed25519.SignatureLength
        ? new(Base58.Encode(bytes))
        : throw new SolanaFormatException($"A signature has 64 bytes, not {bytes.Length}.");

    /// <summary>Reads base58.</summary>
    /// <exception cref="SolanaFormatException">The text does not stand for 64 bytes.</exception>
    public static TransactionSignature Parse(string text) => TryParse(text, out var signature)
        ? signature
        : throw new SolanaFormatException($"{UntrustedText.Quote(text)} is not a Solana transaction id: expected base58 of 64 bytes, 64 to 88 characters.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out TransactionSignature signature)
    {
        Span<byte> bytes = stackalloc byte[Ed25519.SignatureLength];
        if (text is not null && text.Length is >= 64 and <= 88 && Base58.TryDecodeExact(text, bytes))
        {
            signature = new(text);
            return true;
        }

        signature = default;
        return false;
    }

    /// <summary>Base58 text.</summary>
    public override string ToString() => _text ?? string.Empty;
}
