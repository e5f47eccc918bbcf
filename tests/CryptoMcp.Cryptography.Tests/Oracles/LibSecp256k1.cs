using System.Runtime.InteropServices;

namespace CryptoMcp.Cryptography.Tests.Oracles;

/// <summary>Debian's libsecp256k1 (package libsecp256k1-dev), the reference in C.</summary>
internal static unsafe partial class LibSecp256k1
{
    private const string Library = "libsecp256k1.so.1";
    private const uint SignAndVerify = 0x301;
    private static nint s_context;

    public const string Missing = "libsecp256k1.so.1 is not installed (apt package libsecp256k1-dev): differential test skipped.";

    public static bool IsPresent => NativeLibrary.TryLoad(Library, out _);

    public static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        var opaque = new byte[64];
        var encoded = new byte[65];
        nuint length = 65;
        fixed (byte* o = opaque, k = privateKey, e = encoded)
        {
            Assert.Equal(1, PubkeyCreate(Context, o, k));
            Assert.Equal(1, PubkeySerialize(Context, e, &length, o, 2));
        }

        return encoded[1..];
    }

    /// <summary>r, s, recovery id.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest)
    {
        var opaque = new byte[65];
        var signature = new byte[65];
        int recoveryId;
        fixed (byte* o = opaque, k = privateKey, d = digest, s = signature)
        {
            Assert.Equal(1, SignRecoverable(Context, o, d, k, 0, 0));
            Assert.Equal(1, SerializeRecoverable(Context, s, &recoveryId, o));
        }

        signature[64] = (byte)recoveryId;
        return signature;
    }

    /// <summary>The public key, or null.</summary>
    public static byte[]? Recover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var opaque = new byte[65];
        var key = new byte[64];
        var encoded = new byte[65];
        nuint length = 65;
        fixed (byte* o = opaque, d = digest, s = signature, k = key, e = encoded)
        {
            if (ParseRecoverable(Context, o, s, signature[64]) == 0 || RecoverKey(Context, k, o, d) == 0)
            {
                return null;
            }

            Assert.Equal(1, PubkeySerialize(Context, e, &length, k, 2));
        }

        return encoded[1..];
    }

    private static nint Context => s_context != 0 ? s_context : s_context = CreateContext(SignAndVerify);

    [LibraryImport(Library, EntryPoint = "secp256k1_context_create")]
    private static partial nint CreateContext(uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_create")]
    private static partial int PubkeyCreate(nint context, byte* key, byte* privateKey);

    [LibraryImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    private static partial int PubkeySerialize(nint context, byte* output, nuint* length, byte* key, uint flags);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    private static partial int SignRecoverable(nint context, byte* signature, byte* digest, byte* privateKey, nint nonce, nint data);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    private static partial int SerializeRecoverable(nint context, byte* output, int* recoveryId, byte* signature);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    private static partial int ParseRecoverable(nint context, byte* signature, byte* input, int recoveryId);

    [LibraryImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    private static partial int RecoverKey(nint context, byte* key, byte* signature, byte* digest);
}
