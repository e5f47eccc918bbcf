using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace CryptoMcp.Cryptography.Edwards;

/// <summary>SHA-512 over two 32-byte strings and a message, as a number mod L: nonce and challenge of RFC 8032, 5.1.6.</summary>
internal static class MessageHash
{
    private const int StackBytes = 2048; // a Solana transaction has at most 1,232

    /// <summary>r := SHA-512(first, second, message) mod L. Either string may be empty. What it copies is cleared: it may be secret.</summary>
    [SkipLocalsInit]
    public static void Reduce(Span<ulong> r, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> message)
    {
        int length = first.Length + second.Length + message.Length;
        byte[]? large = length > StackBytes ? GC.AllocateUninitializedArray<byte>(length, pinned: true) : null;
        Span<byte> input = large ?? stackalloc byte[StackBytes];
        input = input[..length];
        Span<byte> hash = stackalloc byte[64];
        Span<ulong> wide = stackalloc ulong[8];
        first.CopyTo(input);
        second.CopyTo(input[first.Length..]);
        message.CopyTo(input[(first.Length + second.Length)..]);
        SHA512.HashData(input, hash);
        EdwardsScalar.Load(wide, hash);
        EdwardsScalar.Reduce(r, wide);
        CryptographicOperations.ZeroMemory(input[..(first.Length + second.Length)]);
        CryptographicOperations.ZeroMemory(hash);
        wide.Clear();
    }
}
