using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace CryptoMcp.Cryptography.Koblitz;

/// <summary>
/// The nonce of RFC 6979, section 3.2, with HMAC-SHA256: HMAC_DRBG seeded with the private key and the digest. Lives on the stack of
/// the signer, who clears it.
/// </summary>
/// <remarks>
/// The two states after a key's inner and outer pad are kept, so the five HMACs of a signature take 16 compressions in place of 22.
/// All buffers hold words, not bytes: SHA-256 reads its input as big-endian words.
/// </remarks>
internal unsafe struct DeterministicNonce
{
    private const uint InnerPad = 0x36363636;
    private const uint OuterPad = 0x5c5c5c5c;

    private fixed uint _value[8];
    private fixed uint _inner[8];
    private fixed uint _outer[8];
    private bool _used;

    /// <summary>Starts the generator: steps a to g of the RFC.</summary>
    /// <param name="privateKey">32 bytes, a valid private key.</param>
    /// <param name="digest">The digest reduced mod n (bits2octets).</param>
    [SkipLocalsInit]
    public void Initialize(ReadOnlySpan<byte> privateKey, in Scalar digest)
    {
        _used = false;
        uint* message = stackalloc uint[25]; // V, one byte, key and digest: 97 bytes
        uint* key = stackalloc uint[8];
        for (int i = 0; i < 8; i++)
        {
            key[i] = 0;
            _value[i] = 0x01010101;
        }

        SetKey(key);
        for (uint round = 0; round < 2; round++)
        {
            WriteSeed(message, round, privateKey, digest);
            Authenticate(message, 97, key);
            SetKey(key);
            AdvanceValue();
        }

        new Span<uint>(message, 25).Clear();
        new Span<uint>(key, 8).Clear();
    }

    /// <summary>The next candidate, 32 bytes: step h. The caller asks again if it is not in 1..n-1 or leads to r = 0 or s = 0.</summary>
    [SkipLocalsInit]
    public void Next(ref Scalar candidate, out bool inRange)
    {
        if (_used)
        {
            uint* message = stackalloc uint[9];
            uint* key = stackalloc uint[8];
            for (int i = 0; i < 8; i++)
            {
                message[i] = _value[i];
            }

            message[8] = 0x00800000; // the byte 0, then the padding bit
            Authenticate(message, 33, key);
            SetKey(key);
            AdvanceValue();
            new Span<uint>(key, 8).Clear();
        }

        _used = true;
        AdvanceValue();
        Span<byte> bytes = stackalloc byte[32];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(4 * i)..], _value[i]);
        }

        inRange = Scalar.Read(ref candidate, bytes) & !candidate.IsZero;
        bytes.Clear();
    }

    /// <summary>V, then the byte 0 or 1, then key and digest, then the padding bit, as words shifted by that one byte.</summary>
    private void WriteSeed(uint* message, uint separator, ReadOnlySpan<byte> privateKey, in Scalar digest)
    {
        for (int i = 0; i < 8; i++)
        {
            message[i] = _value[i];
        }

        uint carried = separator;
        for (int i = 0; i < 8; i++)
        {
            uint word = BinaryPrimitives.ReadUInt32BigEndian(privateKey[(4 * i)..]);
            message[8 + i] = carried << 24 | word >> 8;
            carried = word;
        }

        for (int i = 0; i < 8; i++)
        {
            ulong pair = i < 2 ? digest.W3 : i < 4 ? digest.W2 : i < 6 ? digest.W1 : digest.W0;
            uint word = (i & 1) == 0 ? (uint)(pair >> 32) : (uint)pair;
            message[16 + i] = carried << 24 | word >> 8;
            carried = word;
        }

        message[24] = carried << 24 | 0x00800000;
    }

    /// <summary>K := key.</summary>
    [SkipLocalsInit]
    private void SetKey(uint* key)
    {
        uint* block = stackalloc uint[Sha256Compression.BlockWords];
        fixed (uint* inner = _inner, outer = _outer)
        {
            Pad(block, key, InnerPad);
            Sha256Compression.Initialize(inner);
            Sha256Compression.Compress(inner, block);
            Pad(block, key, OuterPad);
            Sha256Compression.Initialize(outer);
            Sha256Compression.Compress(outer, block);
        }

        new Span<uint>(block, Sha256Compression.BlockWords).Clear();
    }

    private static void Pad(uint* block, uint* key, uint pad)
    {
        for (int i = 0; i < 8; i++)
        {
            block[i] = key[i] ^ pad;
            block[8 + i] = pad;
        }
    }

    /// <summary>V := HMAC_K(V).</summary>
    [SkipLocalsInit]
    private void AdvanceValue()
    {
        uint* message = stackalloc uint[9];
        fixed (uint* value = _value)
        {
            for (int i = 0; i < 8; i++)
            {
                message[i] = value[i];
            }

            message[8] = 0x80000000;
            Authenticate(message, 32, value);
        }
    }

    /// <summary>mac := HMAC_K(message). The last word of the message carries the padding bit already; there is one word after the bytes.</summary>
    [SkipLocalsInit]
    private void Authenticate(uint* message, int bytes, uint* mac)
    {
        uint* state = stackalloc uint[Sha256Compression.StateWords];
        uint* block = stackalloc uint[2 * Sha256Compression.BlockWords];
        int words = bytes / 4 + 1;
        int blocks = bytes + 9 <= 64 ? 1 : 2;
        for (int i = 0; i < 2 * Sha256Compression.BlockWords; i++)
        {
            block[i] = i < words ? message[i] : 0;
        }

        block[blocks * Sha256Compression.BlockWords - 1] = (uint)(64 + bytes) * 8;
        for (int i = 0; i < 8; i++)
        {
            state[i] = _inner[i];
        }

        Sha256Compression.Compress(state, block);
        if (blocks == 2)
        {
            Sha256Compression.Compress(state, block + Sha256Compression.BlockWords);
        }

        for (int i = 0; i < 8; i++)
        {
            block[i] = state[i];
            block[8 + i] = 0;
            state[i] = _outer[i];
        }

        block[8] = 0x80000000;
        block[15] = (64 + 32) * 8;
        Sha256Compression.Compress(state, block);
        for (int i = 0; i < 8; i++)
        {
            mac[i] = state[i];
        }

        new Span<uint>(block, 2 * Sha256Compression.BlockWords).Clear();
        new Span<uint>(state, Sha256Compression.StateWords).Clear();
    }
}
