using System.Numerics;
using CryptoMcp.Cryptography.Koblitz;
using CryptoMcp.Cryptography.Tests.Reference;

namespace CryptoMcp.Cryptography.Tests.Curves;

/// <summary>Field and scalar arithmetic of secp256k1 against big integers, at the magnitudes that lazy reduction allows.</summary>
public sealed class FieldAndScalarTests
{
    private static readonly BigInteger s_p = ReferenceCurves.SecpP;
    private static readonly BigInteger s_n = ReferenceCurves.SecpN;

    [Fact]
    public void Products_are_right_up_to_magnitude_8()
    {
        var random = new Random(42);
        for (int i = 0; i < 20_000; i++)
        {
            BigInteger x = Numbers.Awkward(random) % s_p, y = Numbers.Awkward(random) % s_p;
            FieldElement right = Numbers.ToField(y), product = default;

            // Each negation makes the magnitude one greater and turns the sign.
            FieldElement left = Numbers.ToField(x);
            uint magnitude = (uint)random.Next(1, 5);
            for (uint m = 1; m < magnitude; m++)
            {
                FieldElement.Negate(ref left, left, m);
            }

            BigInteger expected = magnitude % 2 == 1 ? x : s_p - x;
            FieldElement.Multiply(ref product, left, right);
            Assert.Equal(expected * y % s_p, Numbers.ToNumber(product));
            FieldElement.Square(ref product, left);
            Assert.Equal(expected * expected % s_p, Numbers.ToNumber(product));

            FieldElement.Scale(ref left, 2); // magnitude up to 8
            FieldElement.Multiply(ref product, left, left);
            Assert.Equal(4 * expected * expected % s_p, Numbers.ToNumber(product));
            FieldElement.Square(ref product, left);
            Assert.Equal(4 * expected * expected % s_p, Numbers.ToNumber(product));

            FieldElement half = Numbers.ToField(x);
            FieldElement.Halve(ref half);
            FieldElement.Add(ref half, half);
            Assert.Equal(x, Numbers.ToNumber(half));
        }
    }

    [Fact]
    public void The_largest_limbs_of_magnitude_8_do_not_overflow()
    {
        // -(0) at magnitude 7 gives the largest limbs that a bound of 8 admits: 16 times those of p.
        FieldElement largest = default, product = default;
        FieldElement.Negate(ref largest, default, 7);
        Assert.True(FieldElement.IsZero(largest));
        FieldElement.AddSmall(ref largest, 5);
        FieldElement.Multiply(ref product, largest, largest);
        Assert.Equal(25, Numbers.ToNumber(product));
        FieldElement.Square(ref product, largest);
        Assert.Equal(25, Numbers.ToNumber(product));
    }

    [Fact]
    public void Reduction_is_full_at_the_edges()
    {
        foreach (BigInteger value in new[] { BigInteger.Zero, 1, s_p - 1, s_p, s_p + 1, BigInteger.Pow(2, 256) - 1 })
        {
            Assert.Equal(value % s_p, Numbers.ToNumber(Numbers.ToField(value)));
            Assert.Equal((value % s_p).IsZero, FieldElement.IsZero(Numbers.ToField(value)));
            FieldElement read = default;
            Assert.Equal(value < s_p, read.TryRead(Numbers.ToBytes(value)));
        }
    }

    [Fact]
    public void Inverses_are_right()
    {
        var random = new Random(43);
        for (int i = 0; i < 2_000; i++)
        {
            BigInteger x = Numbers.Awkward(random) % s_n;
            FieldElement field = default;
            FieldElement.Invert(ref field, Numbers.ToField(x));
            Assert.Equal(x.IsZero ? 0 : 1, Numbers.ToNumber(field) * x % s_p);
            Scalar scalar = default;
            Scalar.Invert(ref scalar, Numbers.ToScalar(x));
            Assert.Equal(x.IsZero ? 0 : 1, Numbers.ToNumber(scalar) * x % s_n);
        }
    }

    [Fact]
    public void Square_roots_are_found_exactly_where_they_exist()
    {
        var random = new Random(44);
        for (int i = 0; i < 500; i++)
        {
            BigInteger x = Numbers.Awkward(random) % s_p;
            FieldElement root = default;
            bool found = FieldElement.TrySquareRootVar(ref root, Numbers.ToField(x));
            Assert.Equal(x.IsZero || BigInteger.ModPow(x, (s_p - 1) / 2, s_p).IsOne, found);
            Assert.True(!found || BigInteger.ModPow(Numbers.ToNumber(root), 2, s_p) == x);
        }
    }

    [Fact]
    public void Scalars_are_right()
    {
        var random = new Random(45);
        for (int i = 0; i < 20_000; i++)
        {
            BigInteger x = Numbers.Awkward(random) % s_n, y = Numbers.Awkward(random) % s_n;
            Scalar a = Numbers.ToScalar(x), b = Numbers.ToScalar(y), r = default;
            Scalar.Multiply(ref r, a, b);
            Assert.Equal(x * y % s_n, Numbers.ToNumber(r));
            Scalar.Add(ref r, a, b);
            Assert.Equal((x + y) % s_n, Numbers.ToNumber(r));
            Scalar.Negate(ref r, a);
            Assert.Equal(ReferenceCurves.Mod(-x, s_n), Numbers.ToNumber(r));
            Assert.Equal(x > s_n / 2 ? 1UL : 0, a.IsHigh);
        }
    }

    [Fact]
    public void Reading_a_scalar_reduces_and_says_so()
    {
        foreach (BigInteger value in new[] { BigInteger.Zero, 1, s_n - 1, s_n, s_n + 1, BigInteger.Pow(2, 256) - 1 })
        {
            Scalar scalar = default;
            Assert.Equal(value < s_n, Scalar.Read(ref scalar, Numbers.ToBytes(value)));
            Assert.Equal(value % s_n, Numbers.ToNumber(scalar));
        }
    }

    [Fact]
    public void The_endomorphism_splits_into_halves()
    {
        var random = new Random(46);
        BigInteger lambda = Numbers.FromBytes(Convert.FromHexString("5363AD4CC05C30E0A5261C028812645A122E22EA20816678DF02967C1B23BD72"));
        for (int i = 0; i < 2_000; i++)
        {
            BigInteger k = Numbers.Awkward(random) % s_n;
            Scalar first = default, second = default;
            Endomorphism.Split(Numbers.ToScalar(k), ref first, ref second);
            BigInteger k1 = Numbers.ToNumber(first), k2 = Numbers.ToNumber(second);
            Assert.Equal(k, (k1 + lambda * k2) % s_n);
            Assert.True(BigInteger.Min(k1, s_n - k1) < BigInteger.Pow(2, 128));
            Assert.True(BigInteger.Min(k2, s_n - k2) < BigInteger.Pow(2, 128));
        }
    }
}
