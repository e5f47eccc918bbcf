using System.Security.Cryptography;

namespace CryptoMcp.Cryptography;

/// <summary>
/// A secret in memory of its own, outside the garbage-collected heap: the collector never copies it, it is zeroed before the memory
/// goes back, and where the system allows it the pages are kept out of swap (mlock, VirtualLock) and out of core dumps
/// (MADV_DONTDUMP). Where the system refuses, the bytes are still private to this object and still zeroed.
/// </summary>
public sealed class SecretBytes : IDisposable
{
    private readonly LockedPages _pages;

    /// <summary>Takes memory for <paramref name="length"/> bytes, all zero.</summary>
    /// <param name="length">Length in bytes, from 1 to 1 MiB.</param>
    public SecretBytes(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 1 << 20);
        Length = length;
        _pages = new LockedPages(length);
    }

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    /// <summary>Whether the system agreed to keep the secret out of swap.</summary>
    public bool IsLocked => _pages.IsLocked;

    /// <summary>The secret. Do not keep the span beyond the life of this object, and do not copy it to the managed heap.</summary>
    /// <exception cref="ObjectDisposedException">The secret has been zeroed.</exception>
    public unsafe Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pages.IsClosed, this);
            return new Span<byte>((void*)_pages.DangerousGetHandle(), Length);
        }
    }

    /// <summary>Copies <paramref name="source"/> into locked memory and, if asked, zeroes the source.</summary>
    /// <param name="source">The secret, at least one byte.</param>
    public static SecretBytes CopyOf(ReadOnlySpan<byte> source)
    {
        var secret = new SecretBytes(source.Length);
        source.CopyTo(secret.Span);
        return secret;
    }

    /// <summary>Copies <paramref name="source"/> into locked memory and zeroes the source.</summary>
    /// <param name="source">The secret, at least one byte; all zero afterwards.</param>
    public static SecretBytes TakeFrom(Span<byte> source)
    {
        try
        {
            return CopyOf(source);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(source);
        }
    }

    /// <summary>Zeroes the secret and gives the memory back. May be called more than once.</summary>
    public void Dispose() => _pages.Dispose();

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => "SecretBytes";
}
