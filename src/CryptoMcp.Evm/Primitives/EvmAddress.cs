using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Evm;

/// <summary>
/// A 20-byte EVM address. Text is <c>0x</c> and 40 digits; when letters of both cases occur, they must be the
/// <see href="https://eips.ethereum.org/EIPS/eip-55">EIP-55</see> checksum, so that a mistyped address is noticed.
/// </summary>
public readonly struct EvmAddress : IEquatable<EvmAddress>
{
    /// <summary>Bytes of an address.</summary>
    public const int Size = 20;

    private readonly ulong _high;
    private readonly ulong _middle;
    private readonly uint _low;

    /// <summary>Takes 20 bytes.</summary>
    /// <exception cref="EvmFormatException">There are not exactly 20 bytes.</exception>
    public EvmAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new EvmFormatException($"An address has 20 bytes, not {bytes.Length}.");
        }

        _high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _middle = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _low = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>The zero address: no account can sign for it, tokens sent there are lost.</summary>
    public bool IsZero => (_high | _middle | _low) == 0;

    /// <summary>Addresses that the EVM keeps for precompiled contracts: 0x1 to 0xff, and 0x100 (RIP-7212).</summary>
    public bool IsPrecompile => (_high | _middle) == 0 && _low is >= 1 and <= 0x100;

    /// <summary>Reads <c>0x</c> and 40 digits and checks the checksum when there is one.</summary>
    /// <exception cref="EvmFormatException">The text is no address; the message says what is wrong.</exception>
    public static EvmAddress Parse(string text) =>
        TryParse(text, out var address, out var problem) ? address : throw new EvmFormatException(problem);

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out EvmAddress address) => TryParse(text, out address, out _);

    /// <inheritdoc cref="Parse"/>
    /// <param name="text">The text.</param>
    /// <param name="address">The address, when the text is one.</param>
    /// <param name="problem">Otherwise what is wrong with it.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out EvmAddress address, [NotNullWhen(false)] out string? problem)
    {
        address = default;
        problem = Problem(text, ref address);
        return problem is null;
    }

    /// <summary>The address of an uncompressed public key (64 bytes, x and y): the last 20 bytes of its Keccak-256 hash.</summary>
    public static EvmAddress FromPublicKey(ReadOnlySpan<byte> publicKey64)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey64.Length, 64);
        Span<byte> digest = stackalloc byte[32];
        Keccak256.Hash(publicKey64, digest);
        return new(digest[12..]);
    }

    /// <summary>The address of the account that a private key controls.</summary>
    public static EvmAddress FromPrivateKey(ReadOnlySpan<byte> privateKey32)
    {
        Span<byte> publicKey = stackalloc byte[64];
        Secp256k1.DerivePublicKey(privateKey32, publicKey);
        return FromPublicKey(publicKey);
    }

    /// <summary>Equality.</summary>
    public static bool operator ==(EvmAddress left, EvmAddress right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(EvmAddress left, EvmAddress right) => !left.Equals(right);

    /// <summary>Writes the 20 bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _middle);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _low);
    }

    /// <summary>The 20 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        WriteTo(bytes);
        return bytes;
    }

    /// <summary>The address left-padded to a 32-byte word, as topics and calldata carry it.</summary>
    public Hash32 ToWord()
    {
        Span<byte> word = stackalloc byte[32];
        word.Clear();
        WriteTo(word[12..]);
        return new(word);
    }

    /// <summary>Lower-case text, as JSON-RPC requests carry it.</summary>
    public string ToLowerString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteTo(bytes);
        return Hex.Format(bytes);
    }

    /// <inheritdoc/>
    public bool Equals(EvmAddress other) => _high == other._high && _middle == other._middle && _low == other._low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EvmAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _middle, _low);

    /// <summary>Text with the EIP-55 checksum.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteTo(bytes);
        Span<char> digits = stackalloc char[42];
        "0x".CopyTo(digits);
        Convert.TryToHexStringLower(bytes, digits[2..], out _);

        // EIP-55: hash the lower-case digits as ASCII; a letter is upper case where the hash's digit is 8 or more.
        Span<byte> ascii = stackalloc byte[40];
        for (var i = 0; i < ascii.Length; i++)
        {
            ascii[i] = (byte)digits[2 + i];
        }

        Span<byte> digest = stackalloc byte[32];
        Keccak256.Hash(ascii, digest);
        for (var i = 0; i < ascii.Length; i++)
        {
            var hashDigit = (digest[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xf;
            if (hashDigit >= 8 && digits[2 + i] >= 'a')
            {
                digits[2 + i] = (char)(digits[2 + i] - ('a' - 'A'));
            }
        }

        return new(digits);
    }

    private static string? Problem(string? text, ref EvmAddress address)
    {
        if (text is null || text.Length != 42 || !text.StartsWith("0x", StringComparison.Ordinal))
        {
            var length = text is not null && text.StartsWith("0x", StringComparison.Ordinal)
                ? $" It has {text.Length - 2} digits."
                : string.Empty;
            return $"{UntrustedText.Quote(text)} is not an address: expected 0x and 40 hexadecimal digits.{length}";
        }

        Span<byte> bytes = stackalloc byte[Size];
        if (!Hex.TryParseFixed(text, bytes))
        {
            return $"{UntrustedText.Quote(text)} is not an address: it holds a character that is no hexadecimal digit.";
        }

        var parsed = new EvmAddress(bytes);
        var digits = text.AsSpan(2);
        var mixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        if (mixed && parsed.ToString() != text)
        {
            // The corrected spelling is not shown: whoever copies it would skip the comparison that the checksum asks for.
            return $"{UntrustedText.Quote(text)} has a wrong EIP-55 checksum: a digit or the case of a letter was changed. "
                + "Copy the address again from its source.";
        }

        address = parsed;
        return null;
    }
}
