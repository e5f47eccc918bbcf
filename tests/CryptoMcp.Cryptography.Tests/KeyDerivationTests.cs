using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Cryptography.Koblitz;

namespace CryptoMcp.Cryptography.Tests;

/// <summary>scrypt, its bounds, and the nonce generator of RFC 6979.</summary>
public sealed class KeyDerivationTests
{
    [Theory]
    [InlineData("", "", 16, 1, 1,
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16,
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData("pleaseletmein", "SodiumChloride", 16384, 8, 1,
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void Scrypt_of_RFC_7914(string password, string salt, int n, int r, int p, string expected)
    {
        var derived = new byte[64];
        Scrypt.DeriveKey(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), new ScryptCost(n, r, p), derived);
        Assert.Equal(expected, Convert.ToHexStringLower(derived));
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(64, 3, 5)]
    [InlineData(16384, 8, 2)]
    public void Scrypt_equals_BouncyCastle(int n, int r, int p)
    {
        var derived = new byte[40];
        Scrypt.DeriveKey("pw"u8, "salt1234"u8, new ScryptCost(n, r, p), derived);
        Assert.Equal(Org.BouncyCastle.Crypto.Generators.SCrypt.Generate("pw"u8.ToArray(), "salt1234"u8.ToArray(), n, r, p, 40), derived);
    }

    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(1, 8, 1)]
    [InlineData(3, 8, 1)]
    [InlineData(1 << 18, 8, 0)]
    [InlineData(1 << 18, 0, 1)]
    [InlineData(-16, 8, 1)]
    [InlineData(1 << 30, 8, 1)]
    [InlineData(1 << 20, 8, 1)]
    [InlineData(2, int.MaxValue, 1)]
    [InlineData(2, 1, int.MaxValue)]
    [InlineData(1 << 18, 8, 9)]
    public void Costs_that_are_malformed_or_too_high_are_refused(int n, int r, int p) =>
        Assert.Throws<ArgumentException>(() => new ScryptCost(n, r, p));

    [Fact]
    public void A_cost_that_nobody_set_is_refused() =>
        Assert.Throws<ArgumentException>(() => Scrypt.DeriveKey("a"u8, "b"u8, default, new byte[32]));

    [Fact]
    public void Nonces_are_those_of_the_generator_written_with_the_base_library()
    {
        var random = new Random(9);
        for (int i = 0; i < 200; i++)
        {
            byte[] key = Numbers.ToBytes(Numbers.Awkward(random)), digest = Numbers.ToBytes(Numbers.Awkward(random));
            Scalar reduced = default, candidate = default;
            Scalar.Read(ref reduced, digest);
            reduced.Write(digest);
            DeterministicNonce generator = default;
            generator.Initialize(key, reduced);
            foreach (byte[] expected in TextbookNonces(key, digest).Take(4))
            {
                generator.Next(ref candidate, out bool inRange);
                Scalar wanted = default;
                Assert.Equal(Scalar.Read(ref wanted, expected) && !wanted.IsZero, inRange);
                Assert.True(Scalar.AreEqual(wanted, candidate));
            }
        }
    }

    /// <summary>RFC 6979, 3.2, step by step.</summary>
    private static IEnumerable<byte[]> TextbookNonces(byte[] key, byte[] digest)
    {
        byte[] v = [.. Enumerable.Repeat((byte)1, 32)], k = new byte[32];
        k = Mac(k, [.. v, 0, .. key, .. digest]);
        v = Mac(k, v);
        k = Mac(k, [.. v, 1, .. key, .. digest]);
        v = Mac(k, v);
        while (true)
        {
            v = Mac(k, v);
            yield return v;
            k = Mac(k, [.. v, 0]);
            v = Mac(k, v);
        }
    }

    private static byte[] Mac(byte[] key, byte[] message) => HMACSHA256.HashData(key, message);
}
