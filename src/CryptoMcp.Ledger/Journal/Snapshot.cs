using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CryptoMcp.Ledger.Journal;

/// <summary>
/// The book at one place of the journal, so that a start need not live everything again. The journal stays the truth: a
/// snapshot counts only if it is whole and the journal up to its place is, to the byte, the one it was made from; else it is
/// as if there were none. <c>audit --verify</c> never reads it.
/// </summary>
/// <remarks>
/// A file of: magic; place (next sequence, hash, offset) and the journal's digests; the book without its payments; the
/// payments' images, each behind its length; the names that images number; the offset of the names; SHA-256 of all before.
/// </remarks>
internal sealed class Snapshot
{
    private const int ChunkLength = 1 << 20;
    private const int TrailerLength = sizeof(long) + SHA256.HashSizeInBytes;

    private Snapshot(JournalPosition position, byte[] digests, LedgerBook book)
    {
        Position = position;
        Digests = digests;
        Book = book;
    }

    internal JournalPosition Position { get; }

    /// <summary>Digests of the journal up to <see cref="Position"/>.</summary>
    internal byte[] Digests { get; }

    internal LedgerBook Book { get; }

    private static ReadOnlySpan<byte> Magic => "cmcpsnp1"u8;

    /// <summary>Reads a snapshot; null, with the reason, when it is not to be used.</summary>
    internal static Snapshot? Read(byte[] file, IJournalStorage journal, LedgerClock clock, out string? fault)
    {
        try
        {
            fault = null;
            return Read(file, journal, clock);
        }
        catch (FormatException e)
        {
            fault = e.Message;
            return null;
        }
    }

    /// <summary>Makes the parts of a snapshot file.</summary>
    /// <param name="position">The place.</param>
    /// <param name="digests">The journal's digests up to there.</param>
    /// <param name="rest">The book without its payments.</param>
    /// <param name="items">The payments, and resting ones.</param>
    /// <param name="names">The names of the images.</param>
    /// <param name="resting">Takes each image that was made of a resolved payment, with the payment's position.</param>
    internal static List<ReadOnlyMemory<byte>> Write(
        JournalPosition position, byte[] digests, LineBuffer rest, object[] items, NameNumbers names, Action<int, ReadOnlyMemory<byte>> resting)
    {
        var front = new LineBuffer(4096);
        front.Add(Magic);
        PaymentImage.Number(front, (ulong)position.NextSequence);
        front.Add(position.LastHash);
        PaymentImage.Number(front, (ulong)position.Length);
        Block(front, digests);
        Block(front, rest.Written);
        PaymentImage.Number(front, (ulong)items.Length);
        List<ReadOnlyMemory<byte>> parts = [front.Written.ToArray()];
        WriteImages(parts, items, names, resting);

        var namesAt = 0L;
        foreach (var part in parts)
        {
            namesAt += part.Length;
        }

        var back = new LineBuffer(4096);
        var all = names.All();
        PaymentImage.Number(back, (ulong)all.Length);
        foreach (var name in all)
        {
            PaymentImage.Text(back, name);
        }

        BinaryPrimitives.WriteInt64LittleEndian(back.GetSpan(sizeof(long)), namesAt);
        back.Advance(sizeof(long));
        parts.Add(back.Written.ToArray());
        parts.Add(HashOf(parts));
        return parts;
    }

    private static void WriteImages(List<ReadOnlyMemory<byte>> parts, object[] items, NameNumbers names, Action<int, ReadOnlyMemory<byte>> resting)
    {
        var chunk = new LineBuffer(ChunkLength + (64 << 10));
        var image = new LineBuffer(4096);
        var made = new List<(int Position, int Start, int Length)>();
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is RestingPayment rested)
            {
                Block(chunk, rested.Image.Span);
            }
            else
            {
                var payment = (Payment)items[i];
                image.Length = 0;
                PaymentImage.Write(image, payment, names);
                Block(chunk, image.Written);
                if (PaymentRules.IsFinal(payment.State))
                {
                    made.Add((i, chunk.Length - image.Length, image.Length));
                }
            }

            if (chunk.Length >= ChunkLength || i == items.Length - 1)
            {
                ReadOnlyMemory<byte> bytes = chunk.Written.ToArray();
                parts.Add(bytes);
                foreach (var (position, start, length) in made)
                {
                    // On its own: a slice would keep the whole chunk, with images that are kept elsewhere already.
                    resting(position, bytes.Slice(start, length).ToArray());
                }

                made.Clear();
                chunk.Length = 0;
            }
        }
    }

    private static Snapshot Read(byte[] file, IJournalStorage journal, LedgerClock clock)
    {
        if (file.Length < Magic.Length + TrailerLength || !file.AsSpan().StartsWith(Magic))
        {
            throw new FormatException("it is of another version, or none");
        }

        var whole = Task.Run(() => SHA256.HashData(file.AsSpan(0, file.Length - SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(file.AsSpan(file.Length - SHA256.HashSizeInBytes)));
        var input = new ImageReader(file.AsMemory(Magic.Length, file.Length - Magic.Length - TrailerLength));
        var next = (long)input.Number();
        var position = new JournalPosition(next, input.Raw(ChainedLine.HashLength).ToArray(), (long)input.Number());
        var digests = input.Bytes().ToArray();
        if (journal.Length < position.Length)
        {
            throw new FormatException($"it stands for {position.Length} bytes of journal, and there are {journal.Length}");
        }

        var matches = Task.Run(() => JournalDigest.Compute(journal.Read, position.Length, [], 0).AsSpan().SequenceEqual(digests));
        try
        {
            var rest = input.Bytes();
            var images = new ReadOnlyMemory<byte>[input.Index()];
            for (var i = 0; i < images.Length; i++)
            {
                images[i] = input.Bytes();
            }

            var book = LedgerBook.Restore(rest, images, ReadNames(file), clock);
            if (!whole.GetAwaiter().GetResult())
            {
                throw new FormatException("its own checksum is wrong");
            }

            return matches.GetAwaiter().GetResult()
                ? new(position, digests, book)
                : throw new FormatException("it was made from another journal, or the journal was changed");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("it is broken: " + e.Message, e);
        }
        finally
        {
            Task.WaitAll(whole, matches);
        }
    }

    private static NameNumbers ReadNames(byte[] file)
    {
        var at = BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(file.Length - TrailerLength, sizeof(long)));
        if (at < 0 || at > file.Length - TrailerLength)
        {
            throw new FormatException("its names are missing");
        }

        var input = new ImageReader(file.AsMemory((int)at, file.Length - TrailerLength - (int)at));
        var names = new NameNumbers();
        for (var count = input.Index(); count > 0; count--)
        {
            names.Of(input.Text());
        }

        return names;
    }

    private static byte[] HashOf(List<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(part.Span);
        }

        return hash.GetHashAndReset();
    }

    private static void Block(LineBuffer output, ReadOnlySpan<byte> bytes)
    {
        PaymentImage.Number(output, (ulong)bytes.Length);
        output.Add(bytes);
    }
}
