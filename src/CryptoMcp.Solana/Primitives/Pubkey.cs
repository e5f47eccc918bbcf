using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Solana;

/// <summary>
/// 32 bytes that name an account, written in base58. On the Ed25519 curve it may have a private key; off the curve it has
/// none, and only the program that it was derived for can sign for it (a program-derived address).
/// </summary>
public readonly struct Pubkey : IEquatable<Pubkey>
{
    /// <summary>Bytes of a public key.</summary>
    public const int Size = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="SolanaFormatException">There are not exactly 32 bytes.</exception>
    public Pubkey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new SolanaFormatException($"A public key has 32 bytes, not {bytes.Length}.");
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>True for 32 zero bytes, which is also the System program.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Whether the bytes are a point of the curve, so that somebody may hold a key for them.</summary>
    public bool IsOnCurve
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Size];
            WriteTo(bytes);
            return Ed25519.IsPoint(bytes);
        }
    }

    /// <summary>Equality.</summary>
    public static bool operator ==(Pubkey left, Pubkey right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(Pubkey left, Pubkey right) => !left.Equals(right);

    /// <summary>Reads base58.</summary>
    /// <exception cref="SolanaFormatException">The text is something else.</exception>
    public static Pubkey Parse(string text) => TryParse(text, out var key, out var problem) ? key : throw new SolanaFormatException(problem);

    /// <summary>Reads base58 text of 32 bytes; says what is wrong with anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Pubkey key, [NotNullWhen(false)] out string? problem)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text is not null && text.Length is >= 32 and <= 44 && Base58.TryDecodeExact(text, bytes))
        {
            key = new(bytes);
            problem = null;
            return true;
        }

        key = default;
        problem = text is not null && text.AsSpan().ContainsAny("0OIl")
            ? $"{UntrustedText.Quote(text)} is not a Solana address: base58 has no 0, O, I and l, so a character is wrong."
            : $"{UntrustedText.Quote(text)} is not a Solana address: expected 32 to 44 characters of base58 that stand for 32 bytes.";
        return false;
    }

    /// <inheritdoc cref="TryParse(string?, out Pubkey, out string?)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out Pubkey key) => TryParse(text, out key, out _);

    /// <summary>Writes the 32 bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        WriteTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(Pubkey other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Pubkey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Base58 text.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteTo(bytes);
        return Base58.Encode(bytes);
    }
}
