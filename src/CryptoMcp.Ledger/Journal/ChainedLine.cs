using System.Security.Cryptography;

namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// The frame of a journal line: <c>{…,"prev":"64 hex","hash":"64 hex"}</c> and a line feed. The hash is SHA-256 over
/// all bytes of the line before <c>,"hash"</c>, which include the hash of the line before: the lines form a chain.
/// </summary>
internal static class ChainedLine
{
    /// <summary>Length of a hash in hexadecimal.</summary>
    internal const int HashLength = 64;

    private const int TailLength = 9 + HashLength + 2;

    /// <summary>What the first line names as its predecessor.</summary>
    internal static ReadOnlySpan<byte> NoHash => "0000000000000000000000000000000000000000000000000000000000000000"u8;

    private static ReadOnlySpan<byte> HashField => ",\"hash\":\""u8;

    private static ReadOnlySpan<byte> PrevField => ",\"prev\":\""u8;

    /// <summary>Closes the object that <paramref name="line"/> holds from <paramref name="start"/> on and leaves its hash in <paramref name="hash"/>.</summary>
    internal static void Seal(LineBuffer line, int start, Span<byte> hash)
    {
        HashOf(line.Written[start..], hash);
        line.Add(HashField);
        line.Add(hash);
        line.Add("\"}\n"u8);
    }

    /// <summary>Whether the line (without its line feed) has the frame and its own hash is right.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> line)
    {
        if (line.Length < TailLength + PrevField.Length + HashLength + 2)
        {
            return false;
        }

        var body = line[..^TailLength];
        var tail = line[^TailLength..];
        Span<byte> hash = stackalloc byte[HashLength];
        HashOf(body, hash);
        return tail.StartsWith(HashField)
            && tail.EndsWith("\"}"u8)
            && body[^1] == (byte)'"'
            && body[^(PrevField.Length + HashLength + 1)..].StartsWith(PrevField)
            && tail.Slice(HashField.Length, HashLength).SequenceEqual(hash);
    }

    /// <summary>The line's own hash, of a line that is whole.</summary>
    internal static ReadOnlySpan<byte> Hash(ReadOnlySpan<byte> line) => line.Slice(line.Length - 2 - HashLength, HashLength);

    /// <summary>The hash of the line before, of a line that is whole.</summary>
    internal static ReadOnlySpan<byte> Previous(ReadOnlySpan<byte> line) => line.Slice(line.Length - TailLength - 1 - HashLength, HashLength);

    private static void HashOf(ReadOnlySpan<byte> body, Span<byte> hex)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        Convert.TryToHexStringLower(hash, hex, out _);
    }
}
