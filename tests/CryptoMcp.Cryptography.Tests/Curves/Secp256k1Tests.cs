using System.Numerics;
using System.Security.Cryptography;
using CryptoMcp.Cryptography.Koblitz;
using CryptoMcp.Cryptography.Tests.Oracles;
using CryptoMcp.Cryptography.Tests.Reference;

namespace CryptoMcp.Cryptography.Tests.Curves;

/// <summary>Keys and signatures against the textbook, libsecp256k1 and BouncyCastle, and what must be refused.</summary>
public sealed class Secp256k1Tests
{
    private static readonly BigInteger s_n = ReferenceCurves.SecpN;
    private static readonly BigInteger s_p = ReferenceCurves.SecpP;

    [Fact]
    public void The_scalar_that_meets_its_own_point_in_the_last_window()
    {
        // Incomplete addition alone gives a wrong public key for this one scalar; no random test would find it.
        BigInteger k = ReferenceCurves.Mod(-47 * BigInteger.Pow(2, 253), s_n);
        (BigInteger x, BigInteger y) = ReferenceCurves.SecpMultiply(k);
        Assert.Equal([.. Numbers.ToBytes(x), .. Numbers.ToBytes(y)], PublicKey(Numbers.ToBytes(k)));
    }

    [Fact]
    public void Edge_keys_have_the_public_keys_of_the_textbook()
    {
        foreach (byte[] key in Numbers.EdgeKeys())
        {
            (BigInteger x, BigInteger y) = ReferenceCurves.SecpMultiply(Numbers.FromBytes(key));
            Assert.Equal([.. Numbers.ToBytes(x), .. Numbers.ToBytes(y)], PublicKey(key));
        }
    }

    [Fact]
    public void Keys_signatures_and_recovery_equal_libsecp256k1()
    {
        Assert.SkipUnless(LibSecp256k1.IsPresent, LibSecp256k1.Missing);
        foreach ((byte[] key, byte[] digest) in Cases(3_000))
        {
            byte[] signature = Sign(key, digest);
            Assert.Equal(LibSecp256k1.PublicKey(key), PublicKey(key));
            Assert.Equal(LibSecp256k1.Sign(key, digest), signature);
            Assert.Equal(PublicKey(key), LibSecp256k1.Recover(digest, signature));
        }
    }

    [Fact]
    public void Recovery_agrees_with_libsecp256k1_on_signatures_that_nobody_made()
    {
        Assert.SkipUnless(LibSecp256k1.IsPresent, LibSecp256k1.Missing);
        var random = new Random(7);
        int recovered = 0;
        for (int i = 0; i < 3_000; i++)
        {
            byte[] digest = Numbers.ToBytes(Numbers.Awkward(random));
            byte[] signature = [.. Numbers.ToBytes(Numbers.Awkward(random)), .. Numbers.ToBytes(Numbers.Awkward(random)), (byte)random.Next(2)];
            var key = new byte[64];
            bool found = Secp256k1.TryRecover(digest, signature, key);
            Assert.Equal(LibSecp256k1.Recover(digest, signature), found ? key : null);
            recovered += found ? 1 : 0;
        }

        Assert.InRange(recovered, 500, 2_500);
    }

    [Fact]
    public void Keys_and_signatures_equal_BouncyCastle()
    {
        foreach ((byte[] key, byte[] digest) in Cases(300))
        {
            Assert.Equal(BouncyCastleSecp256k1.PublicKey(key), PublicKey(key));
            Assert.Equal(BouncyCastleSecp256k1.Sign(key, digest), Sign(key, digest)[..64]);
        }
    }

    [Fact]
    public void Signatures_recover_and_verify_and_nothing_near_them_does()
    {
        var random = new Random(8);
        foreach ((byte[] key, byte[] digest) in Cases(300))
        {
            byte[] publicKey = PublicKey(key), signature = Sign(key, digest), recovered = new byte[64];
            Assert.True(Secp256k1.TryRecover(digest, signature, recovered));
            Assert.Equal(publicKey, recovered);
            Assert.True(Secp256k1.Verify(publicKey, digest, signature.AsSpan(0, 64)));

            signature[64] ^= 1;
            Assert.False(Secp256k1.TryRecover(digest, signature, recovered) && recovered.AsSpan().SequenceEqual(publicKey));
            signature[64] ^= 1;
            int bit = random.Next(512);
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Secp256k1.Verify(publicKey, digest, signature.AsSpan(0, 64), allowHighS: true));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            digest[bit / 16] ^= 1;
            Assert.False(Secp256k1.Verify(publicKey, digest, signature.AsSpan(0, 64)));
        }
    }

    [Fact]
    public void Signatures_of_the_order_reduce_digests_as_RFC_6979_says()
    {
        // Digests of n or more are reduced for the equation and for the nonce alike.
        byte[] key = Numbers.ToBytes(12345);
        Assert.Equal(Sign(key, Numbers.ToBytes(5)), Sign(key, Numbers.ToBytes(s_n + 5)));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d82442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "All those moments will be lost in time, like tears in rain. Time to die...",
        "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto",
        "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d06b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5")]
    [InlineData("f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing",
        "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea")]
    public void Known_nonces_of_RFC_6979(string key, string message, string signature) =>
        Assert.Equal(
            signature,
            Convert.ToHexStringLower(Sign(Convert.FromHexString(key), SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(message)))[..64]));

    [Fact]
    public void Keys_of_zero_and_of_the_order_or_more_are_refused()
    {
        foreach (BigInteger bad in new[] { BigInteger.Zero, s_n, s_n + 1, BigInteger.Pow(2, 256) - 1 })
        {
            byte[] key = Numbers.ToBytes(bad);
            Assert.False(Secp256k1.IsPrivateKey(key));
            Assert.Throws<ArgumentException>(() => Sign(key, new byte[32]));
            Assert.Throws<ArgumentException>(() => PublicKey(key));
        }

        Assert.True(Secp256k1.IsPrivateKey(Numbers.ToBytes(s_n - 1)));
        Assert.False(Secp256k1.IsPrivateKey(new byte[31]));
        Assert.False(Secp256k1.IsPrivateKey(Numbers.ToBytes(1).Append((byte)0).ToArray()));
    }

    [Fact]
    public void A_key_of_another_account_does_not_sign()
    {
        byte[] key = Numbers.ToBytes(77), other = PublicKey(Numbers.ToBytes(78)), signature = new byte[65];
        signature.AsSpan().Fill(0xaa);
        Assert.Throws<CryptographicException>(() => Secp256k1.Sign(key, other, new byte[32], signature));
        Assert.Equal(new byte[65], signature);
        byte[] offCurve = PublicKey(key);
        offCurve[63] ^= 1;
        Assert.Throws<CryptographicException>(() => Secp256k1.Sign(key, offCurve, new byte[32], signature));
    }

    [Fact]
    public void Both_ways_to_sign_give_the_same_bytes()
    {
        foreach ((byte[] key, byte[] digest) in Cases(100))
        {
            var signature = new byte[65];
            Secp256k1.Sign(key, PublicKey(key), digest, signature);
            Assert.Equal(Sign(key, digest), signature);
        }
    }

    [Fact]
    public void The_proof_rejects_every_single_fault()
    {
        byte[] key = Numbers.ToBytes(BigInteger.Pow(3, 150) % s_n), digest = SHA256.HashData("fault"u8);
        byte[] publicKey = PublicKey(key), good = Sign(key, digest);
        (Scalar nonce, AffinePoint commitment) = NonceOf(key, digest, good);
        Assert.True(Proves(nonce, commitment, key, publicKey, digest, good));
        Assert.True(Proves(nonce, commitment, key, [], digest, good));

        for (int bit = 0; bit < 520; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Proves(nonce, commitment, key, publicKey, digest, bad));
            Assert.False(Proves(nonce, commitment, key, [], digest, bad));
        }

        // A wrong nonce, a wrong point for the right nonce, another key, another digest.
        Scalar wrongNonce = nonce;
        wrongNonce.W0 ^= 1 << 7;
        Assert.False(Proves(wrongNonce, commitment, key, publicKey, digest, good));
        AffinePoint wrongPoint = default;
        Assert.True(AffinePoint.TryRead(ref wrongPoint, PublicKey(Numbers.ToBytes(5))));
        Assert.False(Proves(nonce, wrongPoint, key, publicKey, digest, good));
        byte[] wrongKey = [.. key];
        wrongKey[9] ^= 4;
        Assert.False(Proves(nonce, commitment, wrongKey, publicKey, digest, good));
        Assert.False(Proves(nonce, commitment, wrongKey, [], digest, good));
        byte[] wrongDigest = [.. digest];
        wrongDigest[31] ^= 1;
        Assert.False(Proves(nonce, commitment, key, publicKey, wrongDigest, good));
    }

    [Fact]
    public void The_proof_rejects_a_signature_with_a_wrong_point_and_a_consistent_rest()
    {
        // What a fault in k·G would make: r from another point, and s computed from that r. s·k = z + r·d holds.
        byte[] key = Numbers.ToBytes(BigInteger.Pow(5, 90) % s_n), digest = SHA256.HashData("skipped window"u8);
        byte[] publicKey = PublicKey(key);
        (Scalar nonce, _) = NonceOf(key, digest, Sign(key, digest));
        (BigInteger X, BigInteger Y) wrong = ReferenceCurves.SecpMultiply(Numbers.ToNumber(nonce) + 64);
        BigInteger r = wrong.X % s_n;
        BigInteger s = (Numbers.FromBytes(digest) + r * Numbers.FromBytes(key)) * ReferenceCurves.Inverse(Numbers.ToNumber(nonce), s_n) % s_n;
        bool flip = s > s_n / 2;
        byte recoveryId = (byte)((wrong.Y.IsEven ? 0 : 1) ^ (flip ? 1 : 0));
        byte[] signature = [.. Numbers.ToBytes(r), .. Numbers.ToBytes(flip ? s_n - s : s), recoveryId];
        AffinePoint point = default;
        Assert.True(AffinePoint.TryRead(ref point, [.. Numbers.ToBytes(wrong.X), .. Numbers.ToBytes(wrong.Y)]));
        Assert.False(Proves(nonce, point, key, publicKey, digest, signature));
        Assert.False(Proves(nonce, point, key, [], digest, signature));
    }

    [Fact]
    public void Public_keys_off_the_curve_or_with_coordinates_of_p_or_more_are_refused()
    {
        // x = 1 has a point; the same point with x + p still fits 32 bytes and must not pass as another spelling.
        byte[] digest = new byte[32], compressed = [2, .. Numbers.ToBytes(1)], key = new byte[64];
        Assert.True(Secp256k1.TryDecompress(compressed, key));
        Assert.True(Secp256k1.IsPublicKey(key));
        byte[] spelledTwice = [.. Numbers.ToBytes(s_p + 1), .. key[32..]];
        Assert.False(Secp256k1.IsPublicKey(spelledTwice));
        Assert.False(Secp256k1.TryDecompress([2, .. Numbers.ToBytes(s_p + 1)], key));
        byte[] offCurve = [.. key];
        offCurve[40] ^= 1;
        Assert.False(Secp256k1.IsPublicKey(offCurve));
        Assert.False(Secp256k1.IsPublicKey(new byte[64]));
        Assert.False(Secp256k1.Verify(offCurve, digest, Sign(Numbers.ToBytes(1), digest).AsSpan(0, 64)));
        Assert.Throws<ArgumentException>(() => Secp256k1.Compress(offCurve, new byte[33]));
    }

    [Fact]
    public void High_s_passes_only_where_it_is_asked_for()
    {
        byte[] key = Numbers.ToBytes(99), digest = SHA256.HashData("high"u8), signature = Sign(key, digest);
        byte[] flipped = [.. signature[..32], .. Numbers.ToBytes(s_n - Numbers.FromBytes(signature.AsSpan(32, 32)))];
        Assert.False(Secp256k1.Verify(PublicKey(key), digest, flipped));
        Assert.True(Secp256k1.Verify(PublicKey(key), digest, flipped, allowHighS: true));
    }

    [Fact]
    public void Malformed_signatures_are_not_valid_and_do_not_throw()
    {
        byte[] key = PublicKey(Numbers.ToBytes(3)), digest = new byte[32];
        byte[] one = Numbers.ToBytes(1), zero = new byte[32], order = Numbers.ToBytes(s_n);
        foreach (byte[] bad in new byte[][] { [.. zero, .. one], [.. one, .. zero], [.. order, .. one], [.. one, .. order], [1, 2, 3], [] })
        {
            Assert.False(Secp256k1.Verify(key, digest, bad, allowHighS: true));
            Assert.False(Secp256k1.TryRecover(digest, [.. bad, 0], new byte[64]));
        }

        Assert.False(Secp256k1.TryRecover(digest, [.. one, .. one, 2], new byte[64]));
        Assert.False(Secp256k1.TryRecover(digest, [.. one, .. one, 27], new byte[64]));
        Assert.False(Secp256k1.Verify(key, new byte[31], new byte[64]));
        Assert.False(Secp256k1.Verify(new byte[63], digest, new byte[64]));
    }

    [Fact]
    public void Compression_goes_there_and_back()
    {
        var compressed = new byte[33];
        var back = new byte[64];
        foreach (byte[] key in Numbers.EdgeKeys())
        {
            Secp256k1.Compress(PublicKey(key), compressed);
            Assert.True(Secp256k1.TryDecompress(compressed, back));
            Assert.Equal(PublicKey(key), back);
        }

        Assert.False(Secp256k1.TryDecompress([4, .. compressed[1..]], back));
        Assert.False(Secp256k1.TryDecompress([2, .. Numbers.ToBytes(5)], back)); // 5³ + 7 is no square
    }

    [Fact]
    public void Signing_allocates_nothing()
    {
        byte[] key = Numbers.ToBytes(4242), digest = new byte[32], signature = new byte[65], publicKey = PublicKey(key);
        Secp256k1.Sign(key, publicKey, digest, signature);
        Secp256k1.Sign(key, digest, signature);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Secp256k1.Sign(key, publicKey, digest, signature);
            Secp256k1.Sign(key, digest, signature);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IEnumerable<(byte[] Key, byte[] Digest)> Cases(int count)
    {
        var random = new Random(42);
        foreach (byte[] key in Numbers.EdgeKeys())
        {
            yield return (key, SHA256.HashData(key));
        }

        yield return (Numbers.ToBytes(7), new byte[32]);
        yield return (Numbers.ToBytes(8), Numbers.ToBytes(BigInteger.Pow(2, 256) - 1));
        for (int i = 0; i < count; i++)
        {
            byte[] key = Numbers.ToBytes(Numbers.Awkward(random) % (s_n - 1) + 1);
            yield return (key, i % 3 == 0 ? Numbers.ToBytes(Numbers.Awkward(random)) : SHA256.HashData(key));
        }
    }

    /// <summary>k = (z + r·d)/s for the sign of s that was given, which only the owner of the key can compute.</summary>
    private static (Scalar Nonce, AffinePoint Commitment) NonceOf(byte[] key, byte[] digest, byte[] signature)
    {
        BigInteger r = Numbers.FromBytes(signature.AsSpan(0, 32)), s = Numbers.FromBytes(signature.AsSpan(32, 32));
        BigInteger k = (Numbers.FromBytes(digest) + r * Numbers.FromBytes(key)) * ReferenceCurves.Inverse(s, s_n) % s_n;
        AffinePoint point = default;
        Assert.True(AffinePoint.TryRead(ref point, PublicKey(Numbers.ToBytes(k))));
        return (Numbers.ToScalar(k), point);
    }

    private static bool Proves(in Scalar nonce, in AffinePoint commitment, byte[] key, byte[] publicKey, byte[] digest, byte[] signature)
    {
        SignatureProof.Secrets secrets = default;
        return SignatureProof.Check(ref secrets, nonce, commitment, key, publicKey, digest, signature);
    }

    private static byte[] PublicKey(byte[] privateKey)
    {
        var publicKey = new byte[Secp256k1.PublicKeyLength];
        Secp256k1.DerivePublicKey(privateKey, publicKey);
        return publicKey;
    }

    private static byte[] Sign(byte[] privateKey, byte[] digest)
    {
        var signature = new byte[Secp256k1.SignatureLength];
        Secp256k1.Sign(privateKey, digest, signature);
        return signature;
    }
}
