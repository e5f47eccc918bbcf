using System.Runtime.InteropServices;

namespace CryptoMcp.Cryptography.Tests.Oracles;

/// <summary>Debian's libsodium (package libsodium-dev).</summary>
internal static unsafe partial class LibSodium
{
    private const string Library = "libsodium.so.23";

    public const string Missing = "libsodium.so.23 is not installed (apt package libsodium-dev): differential test skipped.";

    public static bool IsPresent => NativeLibrary.TryLoad(Library, out _);

    public static (byte[] PublicKey, byte[] Signature) Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        var publicKey = new byte[32];
        var secretKey = new byte[64];
        var signature = new byte[64];
        ulong length;
        fixed (byte* p = publicKey, k = secretKey, s = signature, d = seed, m = message)
        {
            Assert.Equal(0, Keypair(p, k, d));
            Assert.Equal(0, SignDetached(s, &length, m, (ulong)message.Length, k));
        }

        return (publicKey, signature);
    }

    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        fixed (byte* p = publicKey, m = message, s = signature)
        {
            return VerifyDetached(s, m, (ulong)message.Length, p) == 0;
        }
    }

    [LibraryImport(Library, EntryPoint = "crypto_sign_seed_keypair")]
    private static partial int Keypair(byte* publicKey, byte* secretKey, byte* seed);

    [LibraryImport(Library, EntryPoint = "crypto_sign_detached")]
    private static partial int SignDetached(byte* signature, ulong* length, byte* message, ulong messageLength, byte* secretKey);

    [LibraryImport(Library, EntryPoint = "crypto_sign_verify_detached")]
    private static partial int VerifyDetached(byte* signature, byte* message, ulong messageLength, byte* publicKey);
}
