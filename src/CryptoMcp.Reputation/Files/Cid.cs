using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Reputation;

/// <summary>
/// An IPFS content id with a SHA-256 multihash: what a gateway serves is checked against it, so the gateway need not be
/// trusted. Version 0 (base58, <c>Qm…</c>) and version 1 (base32 <c>b…</c>, base16 <c>f…</c>), codecs raw and dag-pb.
/// </summary>
/// <param name="IsRaw">True for raw bytes; false for a dag-pb node.</param>
/// <param name="Digest">SHA-256 of the block, 32 bytes.</param>
internal sealed record Cid(bool IsRaw, ReadOnlyMemory<byte> Digest)
{
    private const int Sha256Code = 0x12;
    private const int RawCodec = 0x55;
    private const int DagPbCodec = 0x70;

    public static bool TryParse(string text, [NotNullWhen(true)] out Cid? cid)
    {
        cid = null;
        if (text.Length is < 46 or > 128)
        {
            return false;
        }

        if (text.StartsWith("Qm", StringComparison.Ordinal))
        {
            cid = Base58.TryDecode(text, out var hash) && hash.Length == 34 && hash[0] == Sha256Code && hash[1] == 32 ? new(false, hash.AsMemory(2)) : null;
            return cid is not null;
        }

        var bytes = text[0] switch
        {
            'b' => Base32(text.AsSpan(1)),
            'f' when text.Length % 2 == 1 => TryHex(text[1..]),
            _ => null,
        };

        // Version, codec, hash function and length: one byte each for all that is supported.
        if (bytes is { Length: 36 } && bytes[0] == 1 && bytes[1] is RawCodec or DagPbCodec && bytes[2] == Sha256Code && bytes[3] == 32)
        {
            cid = new(bytes[1] == RawCodec, bytes.AsMemory(4));
        }

        return cid is not null;
    }

    /// <summary>The file in a block of this id; null when the block is another, or the file is spread over several.</summary>
    public byte[]? ContentOf(ReadOnlySpan<byte> block)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(block, digest);
        return !digest.SequenceEqual(Digest.Span) ? null : IsRaw ? block.ToArray() : UnixFile(block);
    }

    /// <summary>
    /// dag-pb (PBNode: 1 Data, 2 Links) around UnixFS (1 Type, 2 Data): a file that fits one block has no links.
    /// </summary>
    private static byte[]? UnixFile(ReadOnlySpan<byte> node)
    {
        byte[] data = [];
        while (!node.IsEmpty)
        {
            if (!TryField(ref node, out var field, out var content, out _) || field == 2)
            {
                return null;
            }

            data = field == 1 ? content : data;
        }

        byte[] file = [];
        ulong type = 0;
        ReadOnlySpan<byte> rest = data;
        while (!rest.IsEmpty)
        {
            if (!TryField(ref rest, out var field, out var content, out var number))
            {
                return null;
            }

            (type, file) = field switch { 1 => (number, file), 2 => (type, content), _ => (type, file) };
        }

        // Types 0 (raw) and 2 (file).
        return type is 0 or 2 ? file : null;
    }

    /// <summary>One field of a protocol buffer: a number, or bytes.</summary>
    private static bool TryField(ref ReadOnlySpan<byte> from, out int field, out byte[] content, out ulong number)
    {
        (field, content, number) = (0, [], 0);
        if (!TryVarint(ref from, out var tag))
        {
            return false;
        }

        field = (int)(tag >> 3);
        if ((tag & 7) == 0)
        {
            return TryVarint(ref from, out number);
        }

        if ((tag & 7) != 2 || !TryVarint(ref from, out var length) || length > (ulong)from.Length)
        {
            return false;
        }

        content = from[..(int)length].ToArray();
        from = from[(int)length..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(9, from.Length); i++)
        {
            value |= (ulong)(from[i] & 0x7f) << (7 * i);
            if (from[i] < 0x80)
            {
                from = from[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static byte[]? TryHex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>RFC 4648 base32 in lower case, without padding.</summary>
    private static byte[]? Base32(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        var (bits, count, at) = (0, 0, 0);
        foreach (var c in text)
        {
            var digit = c is >= 'a' and <= 'z' ? c - 'a' : c is >= '2' and <= '7' ? c - '2' + 26 : -1;
            if (digit < 0)
            {
                return null;
            }

            (bits, count) = (((bits << 5) | digit) & 0xfff, count + 5);
            if (count >= 8)
            {
                count -= 8;
                bytes[at++] = (byte)(bits >> count);
            }
        }

        return bytes;
    }
}
