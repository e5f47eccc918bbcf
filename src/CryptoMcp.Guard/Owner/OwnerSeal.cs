using System.Security.Cryptography;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Guard.Owner;

/// <summary>
/// Marks the guard's own files, so that a file which another program of the same user has put in their place is noticed.
/// The key comes from the wallet's private key: as long as that is safe, nobody else can make the mark. Where the guard
/// holds no key itself (a remote signer), a random key in a private file has to do, and the guard's own account protects it.
/// </summary>
internal sealed class OwnerSeal : IDisposable
{
    private const string FileSource = "file";
    private readonly SecretBytes _key;

    private OwnerSeal(string source, SecretBytes key)
    {
        Source = source;
        _key = key;
    }

    /// <summary>Where the key comes from: a wallet's address, or <c>file</c>.</summary>
    public string Source { get; }

    /// <summary>A seal by a wallet's private key.</summary>
    public static OwnerSeal Of(string address, SecretBytes privateKey)
    {
        var key = new SecretBytes(32);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, privateKey.Span, key.Span, salt: [], info: "cryptomcp owner seal 1"u8);
        return new(address, key);
    }

    /// <summary>A seal by the private key of a wallet that is unlocked here; null when it is not.</summary>
    public static OwnerSeal? Of(string address, KeyRing keys) => keys.Derive(address, key => Of(address, key));

    /// <summary>A seal by a random key of this home.</summary>
    public static OwnerSeal OfFile(GuardHome home)
    {
        var path = Path.Combine(home.Guard, "seal.key");
        Span<byte> bytes = stackalloc byte[32];
        if (!File.Exists(path))
        {
            RandomNumberGenerator.Fill(bytes);
            GuardHome.WritePrivateFile(path, bytes);
        }

        GuardHome.CheckPrivateFile(path);
        using (var file = File.OpenHandle(path))
        {
            RandomAccess.Read(file, bytes, 0);
        }

        return new(FileSource, SecretBytes.TakeFrom(bytes));
    }

    /// <summary>The mark of some content, hex.</summary>
    public string MarkOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(HMACSHA256.HashData(_key.Span, content));

    /// <summary>True when the content bears this mark.</summary>
    public bool IsOn(ReadOnlySpan<byte> content, string mark)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return mark.Length == given.Length * 2
            && Convert.FromHexString(mark, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, HMACSHA256.HashData(_key.Span, content));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
