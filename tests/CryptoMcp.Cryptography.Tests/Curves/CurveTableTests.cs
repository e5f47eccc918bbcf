using CryptoMcp.Cryptography.Edwards;
using CryptoMcp.Cryptography.Koblitz;
using CryptoMcp.Cryptography.Tests.Reference;

namespace CryptoMcp.Cryptography.Tests.Curves;

/// <summary>The committed tables, word for word, against textbook arithmetic.</summary>
public sealed class CurveTableTests
{
    [Fact]
    public void Windows_of_the_secp256k1_generator() => Assert.Equal(CurveTables.SecpWindows(), GeneratorTables.WindowData.ToArray());

    [Fact]
    public void Odd_multiples_of_the_secp256k1_generator() => Assert.Equal(CurveTables.SecpOddMultiples(), GeneratorTables.OddData.ToArray());

    [Fact]
    public void Windows_of_the_Ed25519_base_point() => Assert.Equal(CurveTables.EdWindows(), BasePointTables.WindowData.ToArray());

    [Fact]
    public void Odd_multiples_of_the_Ed25519_base_point() => Assert.Equal(CurveTables.EdOddMultiples(), BasePointTables.OddData.ToArray());
}
