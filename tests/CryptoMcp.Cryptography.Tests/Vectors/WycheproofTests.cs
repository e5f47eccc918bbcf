using System.Security.Cryptography;
using System.Text.Json;
using CryptoMcp.Cryptography.Tests.Reference;

namespace CryptoMcp.Cryptography.Tests.Vectors;

/// <summary>Project Wycheproof: signatures built to break verifiers.</summary>
public sealed class WycheproofTests
{
    [Theory]
    [InlineData("ecdsa_secp256k1_sha256_bitcoin_test", 463, false)]
    [InlineData("ecdsa_secp256k1_sha256_test", 474, true)]
    public void Ecdsa_in_DER(string file, int least, bool allowHighS)
    {
        int count = 0;
        using JsonDocument document = VectorFile.Embedded($"wycheproof.{file}.json.gz");
        foreach ((JsonElement group, JsonElement test) in Cases(document))
        {
            var signature = new byte[64];
            bool valid = TryReadDer(test.Bytes("sig"), signature) && Secp256k1.Verify(
                group.GetProperty("publicKey").Bytes("uncompressed").AsSpan(1), SHA256.HashData(test.Bytes("msg")), signature, allowHighS);
            AssertResult(test, valid);
            count++;
        }

        Assert.True(count >= least, $"{count} cases");
    }

    [Fact]
    public void Ecdsa_as_r_and_s()
    {
        int count = 0;
        using JsonDocument document = VectorFile.Embedded("wycheproof.ecdsa_secp256k1_sha256_p1363_test.json.gz");
        foreach ((JsonElement group, JsonElement test) in Cases(document))
        {
            byte[] publicKey = group.GetProperty("publicKey").Bytes("uncompressed")[1..];
            byte[] digest = SHA256.HashData(test.Bytes("msg")), signature = test.Bytes("sig");
            bool valid = Secp256k1.Verify(publicKey, digest, signature, allowHighS: true);
            AssertResult(test, valid);
            count++;

            // A valid signature leads back to its key by one of the two recovery ids, unless x(R) was n or more.
            if (valid && Numbers.FromBytes(signature.AsSpan(0, 32)) >= ReferenceCurves.SecpP - ReferenceCurves.SecpN)
            {
                var first = new byte[64];
                var second = new byte[64];
                Secp256k1.TryRecover(digest, [.. signature, 0], first);
                Secp256k1.TryRecover(digest, [.. signature, 1], second);
                Assert.True(first.AsSpan().SequenceEqual(publicKey) || second.AsSpan().SequenceEqual(publicKey));
            }
        }

        Assert.True(count >= 252, $"{count} cases");
    }

    [Fact]
    public void Ed25519_signatures()
    {
        int count = 0;
        using JsonDocument document = VectorFile.Embedded("wycheproof.ed25519_test.json.gz");
        foreach ((JsonElement group, JsonElement test) in Cases(document))
        {
            AssertResult(test, Ed25519.Verify(group.GetProperty("publicKey").Bytes("pk"), test.Bytes("msg"), test.Bytes("sig")));
            count++;
        }

        Assert.True(count >= 150, $"{count} cases");
    }

    private static IEnumerable<(JsonElement Group, JsonElement Test)> Cases(JsonDocument document)
    {
        foreach (JsonElement group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                yield return (group, test);
            }
        }
    }

    private static void AssertResult(JsonElement test, bool valid) =>
        Assert.True(
            valid == (test.GetProperty("result").GetString() == "valid"),
            $"tcId {test.GetProperty("tcId")}: {test.GetProperty("comment").GetString()}: verified as {valid}");

    /// <summary>Strict DER (BIP-66) of two integers of at most 32 bytes.</summary>
    private static bool TryReadDer(ReadOnlySpan<byte> der, Span<byte> signature)
    {
        if (der.Length is < 8 or > 72 || der[0] != 0x30 || der[1] != der.Length - 2)
        {
            return false;
        }

        der = der[2..];
        for (int i = 0; i < 2; i++)
        {
            if (der.Length < 3 || der[0] != 2 || der[1] == 0 || der[1] > der.Length - 2)
            {
                return false;
            }

            ReadOnlySpan<byte> integer = der.Slice(2, der[1]);
            der = der[(2 + integer.Length)..];
            bool negative = (integer[0] & 0x80) != 0;
            bool padded = integer.Length > 1 && integer[0] == 0 && (integer[1] & 0x80) == 0;
            integer = integer.Length > 32 && integer[0] == 0 ? integer[1..] : integer;
            if (negative || padded || integer.Length > 32)
            {
                return false;
            }

            integer.CopyTo(signature.Slice(32 * i + 32 - integer.Length, integer.Length));
        }

        return der.IsEmpty;
    }
}
