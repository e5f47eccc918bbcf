using System.Diagnostics;
using System.Globalization;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Benchmarks;

/// <summary>What the first operations of a process cost, compilation included.</summary>
internal static class CryptographyColdStart
{
    public static void Print(TextWriter output)
    {
        byte[] key = Convert.FromHexString("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
        byte[] digest = new byte[32], signature = new byte[65], publicKey = new byte[64];
        Step("first Keccak-256", () => Keccak256.Hash("hello"u8, digest));
        Step("first signature", () => Secp256k1.Sign(key, digest, signature));
        Step("second signature", () => Secp256k1.Sign(key, digest, signature));
        Step("first recovery", () => Secp256k1.TryRecover(digest, signature, publicKey));
        Step("first Ed25519 signature", () => Ed25519.Sign(key, digest, signature.AsSpan(0, 64)));

        void Step(string name, Action operation)
        {
            long begin = Stopwatch.GetTimestamp();
            double busy = ThreadClock.Now();
            operation();
            busy = (ThreadClock.Now() - busy) * 1e3;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name}: {busy:F2} ms of CPU, {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:F2} ms elapsed"));
        }
    }
}
