using System.Runtime.InteropServices;

namespace CryptoMcp.Benchmarks;

/// <summary>The C libraries of the distribution (Debian: libsecp256k1-dev, libsodium-dev), to be measured beside the product.</summary>
internal static unsafe partial class CryptographyOracles
{
    private const string Secp = "libsecp256k1.so.1";
    private const string Sodium = "libsodium.so.23";

    private static readonly nint s_context = HasSecp256k1 ? CreateContext(0x301) : 0;

    public static bool HasSecp256k1 => NativeLibrary.TryLoad(Secp, out _);

    public static bool HasSodium => NativeLibrary.TryLoad(Sodium, out _);

    /// <summary>Signature with recovery id in the compact form, as the product gives it.</summary>
    public static void Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        byte* opaque = stackalloc byte[65];
        int recoveryId;
        fixed (byte* k = key, d = digest, s = signature)
        {
            _ = SignRecoverable(s_context, opaque, d, k, 0, 0);
            _ = SerializeRecoverable(s_context, s, &recoveryId, opaque);
        }

        signature[64] = (byte)recoveryId;
    }

    /// <summary>Recovery from the compact form to 65 bytes of public key.</summary>
    public static void Recover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, Span<byte> publicKey)
    {
        byte* opaque = stackalloc byte[65];
        byte* key = stackalloc byte[64];
        nuint length = 65;
        fixed (byte* d = digest, s = signature, p = publicKey)
        {
            _ = ParseRecoverable(s_context, opaque, s, signature[64]);
            _ = RecoverKey(s_context, key, opaque, d);
            _ = SerializeKey(s_context, p, &length, key, 2);
        }
    }

    /// <summary>Verification from compact signature and uncompressed key (65 bytes), parsed each time as the product does.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        byte* opaque = stackalloc byte[64];
        byte* key = stackalloc byte[64];
        fixed (byte* d = digest, s = signature, p = publicKey)
        {
            return ParseKey(s_context, key, p, 65) == 1 && ParseSignature(s_context, opaque, s) == 1 && VerifySignature(s_context, opaque, d, key) == 1;
        }
    }

    /// <summary>Public key, 65 bytes.</summary>
    public static void PublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        byte* key = stackalloc byte[64];
        nuint length = 65;
        fixed (byte* k = privateKey, p = publicKey)
        {
            _ = CreateKey(s_context, key, k);
            _ = SerializeKey(s_context, p, &length, key, 2);
        }
    }

    public static void Ed25519Keypair(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> secretKey)
    {
        fixed (byte* d = seed, p = publicKey, k = secretKey)
        {
            _ = SodiumKeypair(p, k, d);
        }
    }

    public static void Ed25519Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ulong length;
        fixed (byte* k = secretKey, m = message, s = signature)
        {
            _ = SodiumSign(s, &length, m, (ulong)message.Length, k);
        }
    }

    public static bool Ed25519Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        fixed (byte* p = publicKey, m = message, s = signature)
        {
            return SodiumVerify(s, m, (ulong)message.Length, p) == 0;
        }
    }

    [LibraryImport(Secp, EntryPoint = "secp256k1_context_create")]
    private static partial nint CreateContext(uint flags);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ecdsa_sign_recoverable")]
    private static partial int SignRecoverable(nint context, byte* signature, byte* digest, byte* privateKey, nint nonce, nint data);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ecdsa_recoverable_signature_serialize_compact")]
    private static partial int SerializeRecoverable(nint context, byte* output, int* recoveryId, byte* signature);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    private static partial int ParseRecoverable(nint context, byte* signature, byte* input, int recoveryId);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ecdsa_recover")]
    private static partial int RecoverKey(nint context, byte* key, byte* signature, byte* digest);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    private static partial int SerializeKey(nint context, byte* output, nuint* length, byte* key, uint flags);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ec_pubkey_parse")]
    private static partial int ParseKey(nint context, byte* key, byte* input, nuint length);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ec_pubkey_create")]
    private static partial int CreateKey(nint context, byte* key, byte* privateKey);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ecdsa_signature_parse_compact")]
    private static partial int ParseSignature(nint context, byte* signature, byte* input);

    [LibraryImport(Secp, EntryPoint = "secp256k1_ecdsa_verify")]
    private static partial int VerifySignature(nint context, byte* signature, byte* digest, byte* key);

    [LibraryImport(Sodium, EntryPoint = "crypto_sign_seed_keypair")]
    private static partial int SodiumKeypair(byte* publicKey, byte* secretKey, byte* seed);

    [LibraryImport(Sodium, EntryPoint = "crypto_sign_detached")]
    private static partial int SodiumSign(byte* signature, ulong* length, byte* message, ulong messageLength, byte* secretKey);

    [LibraryImport(Sodium, EntryPoint = "crypto_sign_verify_detached")]
    private static partial int SodiumVerify(byte* signature, byte* message, ulong messageLength, byte* publicKey);
}
