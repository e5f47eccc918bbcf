using System.Globalization;
using CryptoMcp.Cryptography;
using CryptoMcp.Cryptography.Edwards;
using CryptoMcp.Cryptography.Koblitz;
using CryptoMcp.Timing;

int samples = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200_000;
byte[] three = new byte[32], sevens = new byte[32], threeLittleEndian = new byte[32];
three[31] = 3;
sevens.AsSpan().Fill(0x7f);
threeLittleEndian[0] = 3;
byte[] digest = Keccak256.Hash("timing"u8), publicKey = new byte[64], signature = new byte[65];

var test = new LeakageTest(samples);
test.Run("control: random against random", null, key => Secp256k1.DerivePublicKey(key, publicKey));
test.Run("secp256k1 public key: 3 against random", three, key => Secp256k1.DerivePublicKey(key, publicKey));
test.Run("secp256k1 public key: 7f…7f against random", sevens, key => Secp256k1.DerivePublicKey(key, publicKey));
test.Run("secp256k1 scalar inverse: 3 against random", three, key =>
{
    Scalar scalar = default, inverse = default;
    Scalar.Read(ref scalar, key);
    Scalar.Invert(ref inverse, scalar);
});
test.Run("secp256k1 sign with proof: key 3 against random", three, key => Secp256k1.Sign(key, digest, signature));
test.Run("Ed25519 public key: seed 3 against random", three, key => Ed25519.DerivePublicKey(key, publicKey.AsSpan(0, 32)));
test.Run("Ed25519 base multiplication: 3 against random", threeLittleEndian, key =>
{
    Span<ulong> words = stackalloc ulong[4];
    EdwardsScalar.Load(words, key);
    words[3] &= ulong.MaxValue >> 12;
    EdwardsPoint point = default;
    BasePointMultiplication.Multiply(ref point, words);
});

// Another message each time: with one message the fixed seed has one R, and reading R back, which is public, takes its own time.
long messages = 0;
test.Run("Ed25519 sign with key derivation: seed 3 against random", three, key =>
{
    BitConverter.TryWriteBytes(digest, ++messages);
    Ed25519.Sign(key, digest, signature.AsSpan(0, 64));
});
