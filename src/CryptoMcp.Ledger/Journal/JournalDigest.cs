using System.Security.Cryptography;

namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// SHA-256 of each mebibyte of a journal up to a length. It tells at the speed of the hash, and on all cores, that the part
/// of a journal which a snapshot stands for is as it was, to the byte.
/// </summary>
internal static class JournalDigest
{
    private const int BlockLength = 1 << 20;

    /// <summary>The digests, one after the other, of the journal's first <paramref name="length"/> bytes.</summary>
    /// <param name="read">Reads the journal, from several threads.</param>
    /// <param name="length">How much of it.</param>
    /// <param name="earlier">Digests of a beginning that was hashed before; whole blocks are not hashed again.</param>
    /// <param name="earlierLength">How long that beginning was.</param>
    internal static byte[] Compute(ReadAt read, long length, ReadOnlySpan<byte> earlier, long earlierLength)
    {
        var blocks = (int)((length + BlockLength - 1) / BlockLength);
        var known = (int)(Math.Min(earlierLength, length) / BlockLength);
        var digests = new byte[blocks * SHA256.HashSizeInBytes];
        earlier[..(known * SHA256.HashSizeInBytes)].CopyTo(digests);
        Parallel.For(known, blocks, () => new byte[BlockLength], (block, _, buffer) =>
        {
            var start = (long)block * BlockLength;
            var wanted = (int)Math.Min(BlockLength, length - start);
            var got = 0;
            while (got < wanted && read(start + got, buffer.AsSpan(got, wanted - got)) is var count and > 0)
            {
                got += count;
            }

            SHA256.HashData(buffer.AsSpan(0, got), digests.AsSpan(block * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes));
            return buffer;
        }, static _ => { });
        return digests;
    }
}
