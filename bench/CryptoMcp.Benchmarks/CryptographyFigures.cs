using System.Globalization;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Benchmarks;

/// <summary>One line per operation, "name microseconds", for bench/compare/crypto.</summary>
internal static class CryptographyFigures
{
    public static void Print(TextWriter output)
    {
        var secp = new CryptographySecp256k1();
        var edwards = new CryptographyEd25519();
        secp.Setup();
        edwards.Setup();
        Measure(output, "sign", secp.Sign);
        Measure(output, "sign.account", secp.Sign_for_account);
        Measure(output, "sign.unproved", () => secp.Sign_without_proof());
        Measure(output, "recover", () => secp.Recover());
        Measure(output, "verify", () => secp.Verify());
        Measure(output, "pubkey", secp.Public_key);
        Measure(output, "ed25519.sign", edwards.Sign);
        Measure(output, "ed25519.sign.account", edwards.Sign_for_account);
        Measure(output, "ed25519.sign.unproved", () => edwards.Sign_without_proof());
        Measure(output, "ed25519.verify", () => edwards.Verify());
        var solana = new SolanaTransfer();
        solana.Setup();
        Measure(output, "solana.compile", () => solana.Compile());
        Measure(output, "solana.transfer", () => solana.Compile_sign_and_encode());
        if (CryptographyOracles.HasSecp256k1)
        {
            Measure(output, "libsecp256k1.sign", secp.Sign_libsecp256k1);
            Measure(output, "libsecp256k1.recover", secp.Recover_libsecp256k1);
            Measure(output, "libsecp256k1.verify", () => secp.Verify_libsecp256k1());
            Measure(output, "libsecp256k1.pubkey", secp.Public_key_libsecp256k1);
        }

        if (CryptographyOracles.HasSodium)
        {
            Measure(output, "libsodium.sign", edwards.Sign_libsodium);
            Measure(output, "libsodium.verify", () => edwards.Verify_libsodium());
        }

        foreach (int length in new[] { 32, 1024, 65536 })
        {
            byte[] data = new byte[length], digest = new byte[32];
            Measure(output, string.Create(CultureInfo.InvariantCulture, $"keccak.{length}"), () => Keccak256.Hash(data, digest));
        }

        byte[] password = new byte[8], salt = new byte[32], derived = new byte[32];
        Measure(output, "scrypt.standard", () => Scrypt.DeriveKey(password, salt, ScryptCost.Standard, derived));
    }

    private static void Measure(TextWriter output, string name, Action operation) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {ThreadClock.Microseconds(operation):F3}"));
}
