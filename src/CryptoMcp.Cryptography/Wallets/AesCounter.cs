using System.Security.Cryptography;

namespace CryptoMcp.Cryptography;

/// <summary>
/// AES in counter mode (NIST SP 800-38A, 6.5), which the base library lacks: the counter blocks are encrypted in ECB mode and
/// combined with the data. The counter is one 128-bit big-endian number.
/// </summary>
internal static class AesCounter
{
    private const int BlockLength = 16;
    private const int MaxBlocks = 4;

    /// <summary>Encrypts or decrypts up to 64 bytes.</summary>
    public static void Transform(ReadOnlySpan<byte> key, ReadOnlySpan<byte> initialCounter, ReadOnlySpan<byte> input, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(input.Length, MaxBlocks * BlockLength);
        Span<byte> counters = stackalloc byte[MaxBlocks * BlockLength];
        Span<byte> stream = stackalloc byte[MaxBlocks * BlockLength];
        var counter = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(initialCounter);
        for (int i = 0; i < MaxBlocks; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(counters[(BlockLength * i)..], unchecked(counter + (uint)i));
        }

        using var aes = Aes.Create();
        aes.SetKey(key);
        aes.EncryptEcb(counters, stream, PaddingMode.None);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = (byte)(input[i] ^ stream[i]);
        }

        CryptographicOperations.ZeroMemory(stream);
    }
}
