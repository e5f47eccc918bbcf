using System.Numerics;
using System.Security.Cryptography;
using CryptoMcp.Cryptography.Edwards;
using CryptoMcp.Cryptography.Tests.Oracles;
using CryptoMcp.Cryptography.Tests.Reference;

namespace CryptoMcp.Cryptography.Tests.Curves;

/// <summary>Ed25519 against RFC 8032, libsodium and BouncyCastle, and what must be refused.</summary>
public sealed class Ed25519Tests
{
    /// <summary>The eight points of small order (and spellings of them with y of p or more).</summary>
    private static readonly string[] s_smallOrder =
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];

    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Rfc_8032(string seed, string publicKey, string message, string signature)
    {
        var derived = new byte[32];
        var signed = new byte[64];
        Ed25519.DerivePublicKey(Convert.FromHexString(seed), derived);
        Ed25519.Sign(Convert.FromHexString(seed), Convert.FromHexString(message), signed);
        Assert.Equal(publicKey, Convert.ToHexStringLower(derived));
        Assert.Equal(signature, Convert.ToHexStringLower(signed));
        Assert.True(Ed25519.Verify(derived, Convert.FromHexString(message), signed));
    }

    [Fact]
    public void Keys_and_signatures_equal_libsodium()
    {
        Assert.SkipUnless(LibSodium.IsPresent, LibSodium.Missing);
        foreach ((byte[] seed, byte[] message) in Cases(1_500))
        {
            (byte[] publicKey, byte[] signature) = LibSodium.Sign(seed, message);
            Assert.Equal(publicKey, PublicKey(seed));
            Assert.Equal(signature, Sign(seed, message));
            Assert.True(LibSodium.Verify(publicKey, message, signature));
        }
    }

    [Fact]
    public void Keys_and_signatures_equal_BouncyCastle()
    {
        var publicKey = new byte[32];
        var signature = new byte[64];
        foreach ((byte[] seed, byte[] message) in Cases(300))
        {
            Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
            Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Sign(seed, 0, publicKey, 0, message, 0, message.Length, signature, 0);
            Assert.Equal(publicKey, PublicKey(seed));
            Assert.Equal(signature, Sign(seed, message));
        }
    }

    [Fact]
    public void A_changed_bit_is_noticed()
    {
        var random = new Random(3);
        foreach ((byte[] seed, byte[] message) in Cases(300))
        {
            byte[] publicKey = PublicKey(seed), signature = Sign(seed, message);
            Assert.True(Ed25519.Verify(publicKey, message, signature));
            signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
            Assert.False(Ed25519.Verify(publicKey, message, signature));
        }
    }

    [Fact]
    public void Secret_scalars_at_the_edges_give_the_points_of_the_textbook()
    {
        BigInteger order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
        foreach (BigInteger scalar in new[] { 0, 1, 2, 15, 16, 17, 31, 32, 33, order - 1, order - 16, order - 17, order / 2, BigInteger.Pow(2, 252) - 1, BigInteger.Pow(32, 50) })
        {
            var words = new ulong[4];
            for (int i = 0; i < 4; i++)
            {
                words[i] = (ulong)((scalar >> (64 * i)) & ulong.MaxValue);
            }

            EdwardsPoint point = default;
            BasePointMultiplication.Multiply(ref point, words);
            var encoded = new byte[32];
            point.Write(encoded);
            (BigInteger X, BigInteger Y) expected = (0, 1), power = ReferenceCurves.EdB;
            for (BigInteger k = scalar; k > 0; k >>= 1)
            {
                expected = k.IsEven ? expected : ReferenceCurves.EdAdd(expected, power);
                power = ReferenceCurves.EdAdd(power, power);
            }

            byte[] bytes = Numbers.ToBytes(expected.Y + (expected.X.IsEven ? 0 : BigInteger.Pow(2, 255)));
            Array.Reverse(bytes);
            Assert.Equal(bytes, encoded);
        }
    }

    [Fact]
    public void Keys_and_commitments_of_small_order_are_refused()
    {
        foreach (string encoded in s_smallOrder)
        {
            // With A of small order, R = S·B fits a quarter of all messages or more; S = 0 makes R of small order too.
            byte[] point = Convert.FromHexString(encoded);
            for (int i = 0; i < 16; i++)
            {
                Assert.False(Ed25519.Verify(point, [(byte)i], [.. Convert.FromHexString(s_smallOrder[0]), .. new byte[32]]));
                Assert.False(Ed25519.Verify(PublicKey(new byte[32]), [(byte)i], [.. point, .. new byte[32]]));
            }
        }
    }

    [Fact]
    public void S_of_the_order_or_more_is_refused()
    {
        byte[] seed = new byte[32], signature = Sign(seed, [1]);
        BigInteger order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
        BigInteger s = new BigInteger(signature.AsSpan(32), isUnsigned: true) + order;
        s.ToByteArray(isUnsigned: true).CopyTo(signature, 32);
        Assert.False(Ed25519.Verify(PublicKey(seed), [1], signature));
    }

    [Fact]
    public void A_seed_of_another_account_does_not_sign()
    {
        // Signing under a foreign A with the same nonce would give the secret scalar away.
        var signature = new byte[64];
        signature.AsSpan().Fill(0xaa);
        Assert.Throws<CryptographicException>(() => Ed25519.Sign(new byte[32], PublicKey([.. Enumerable.Repeat((byte)1, 32)]), [1, 2], signature));
        Assert.Equal(new byte[64], signature);
    }

    [Fact]
    public void Long_messages_are_signed_too()
    {
        byte[] seed = new byte[32], message = new byte[100_000];
        Assert.True(Ed25519.Verify(PublicKey(seed), message, Sign(seed, message)));
        Assert.SkipUnless(LibSodium.IsPresent, LibSodium.Missing);
        Assert.Equal(LibSodium.Sign(seed, message).Signature, Sign(seed, message));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PublicKey(new byte[31]));
        Assert.Throws<ArgumentException>(() => Ed25519.Sign(new byte[32], [], new byte[63]));
        Assert.False(Ed25519.Verify(new byte[31], [], new byte[64]));
        Assert.False(Ed25519.Verify(new byte[32], [], new byte[63]));
    }

    [Fact]
    public void Signing_allocates_nothing()
    {
        byte[] seed = new byte[32], message = new byte[300], signature = new byte[64];
        Ed25519.Sign(seed, message, signature);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Ed25519.Sign(seed, message, signature);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IEnumerable<(byte[] Seed, byte[] Message)> Cases(int count)
    {
        var random = new Random(42);
        yield return (new byte[32], []);
        yield return ([.. Enumerable.Repeat((byte)255, 32)], [0]);
        for (int i = 0; i < count; i++)
        {
            var seed = new byte[32];
            var message = new byte[random.Next(0, 400)];
            random.NextBytes(seed);
            random.NextBytes(message);
            yield return (seed, message);
        }
    }

    private static byte[] PublicKey(byte[] seed)
    {
        var publicKey = new byte[32];
        Ed25519.DerivePublicKey(seed, publicKey);
        return publicKey;
    }

    private static byte[] Sign(byte[] seed, byte[] message)
    {
        var signature = new byte[64];
        Ed25519.Sign(seed, message, signature);
        return signature;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_point_that_was_computed_wrongly_is_not_written_as_proved(int coordinate)
    {
        ulong[] scalar = [5, 7, 11, 13];
        EdwardsPoint point = default;
        BasePointMultiplication.Multiply(ref point, scalar);
        Span<byte> bytes = stackalloc byte[32], other = stackalloc byte[32], expected = stackalloc byte[32];
        point.Write(expected);
        Assert.True(EdwardsPoint.TryWriteBoth(point, point, bytes, other));
        Assert.True(bytes.SequenceEqual(expected) && other.SequenceEqual(expected));

        ref EdwardsField wrong = ref point.X;
        switch (coordinate)
        {
            case 1: wrong = ref point.Y; break;
            case 2: wrong = ref point.Z; break;
            case 3: wrong = ref point.T; break;
            default: break;
        }

        EdwardsField.Add(ref wrong, wrong, EdwardsField.One);
        Assert.False(EdwardsPoint.TryWriteBoth(point, point, bytes, other));
    }
}
