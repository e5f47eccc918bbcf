using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on the page.</param>
/// <param name="Total">How many there are on all pages.</param>
/// <param name="NextCursor">Gets the next page; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total, string? NextCursor);

/// <summary>
/// Pages with opaque cursors. A cursor holds a position and a digest of the list it belongs to, so that one taken from
/// another tool or another filter is refused instead of silently skipping entries.
/// </summary>
public static class Paging
{
    /// <summary>Entries per page unless the caller asks otherwise.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Most entries per page.</summary>
    public const int MaxLimit = 100;

    private const int DigestBytes = 6;
    private const int CursorBytes = sizeof(int) + DigestBytes;

    /// <summary>Cuts one page out of <paramref name="all"/>.</summary>
    /// <param name="all">The whole list, in a fixed order.</param>
    /// <param name="limit">Entries wanted, 1 to <see cref="MaxLimit"/>.</param>
    /// <param name="cursor"><c>nextCursor</c> of the page before, or null for the first.</param>
    /// <param name="list">Names the list and its filters, e.g. <c>payment_list|state=settled</c>.</param>
    /// <exception cref="ToolException"><c>bad_cursor</c> or <c>invalid_argument</c>.</exception>
    public static Page<T> Cut<T>(IReadOnlyList<T> all, int limit, string? cursor, string list)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (limit is < 1 or > MaxLimit)
        {
            throw new ToolException("invalid_argument", $"'limit' cannot be {limit}.", $"it is an integer from 1 to {MaxLimit}.");
        }

        var start = cursor is null ? 0 : Position(cursor, list);
        if (start > all.Count)
        {
            // The list shrank since the cursor was issued.
            throw Refused(cursor!);
        }

        var count = Math.Min(limit, all.Count - start);
        var items = new T[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = all[start + i];
        }

        var end = start + count;
        return new(items, all.Count, end < all.Count ? Cursor(end, list) : null);
    }

    /// <summary>The cursor of a position in a list.</summary>
    internal static string Cursor(int position, string list)
    {
        Span<byte> cursor = stackalloc byte[CursorBytes];
        BinaryPrimitives.WriteInt32BigEndian(cursor, position);
        Digest(list, cursor[sizeof(int)..]);
        return Base64Url.EncodeToString(cursor);
    }

    private static int Position(string cursor, string list)
    {
        Span<byte> bytes = stackalloc byte[CursorBytes];
        Span<byte> digest = stackalloc byte[DigestBytes];
        Digest(list, digest);

        // TryDecodeFromChars only "tries" the size of the destination; it throws on a bad character.
        if (!Base64Url.IsValid(cursor, out var length)
            || length != CursorBytes
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out _)
            || !bytes[sizeof(int)..].SequenceEqual(digest)
            || BinaryPrimitives.ReadInt32BigEndian(bytes) is not (>= 0 and var position))
        {
            throw Refused(cursor);
        }

        return position;
    }

    private static ToolException Refused(string cursor) => new(
        "bad_cursor",
        $"'{UntrustedText.Clean(cursor, 40)}' is not a cursor of this list with these filters.",
        "repeat the call without cursor to start over, and keep the other arguments the same from page to page.");

    private static void Digest(string list, Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(list), hash);
        hash[..DigestBytes].CopyTo(destination);
    }
}
