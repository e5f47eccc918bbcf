using BenchmarkDotNet.Attributes;
using CryptoMcp.Cryptography;

namespace CryptoMcp.Benchmarks;

/// <summary>Keccak-256 on a word and on long data.</summary>
[MemoryDiagnoser]
public class CryptographyKeccak
{
    private readonly byte[] _digest = new byte[32];
    private byte[] _data = [];

    [Params(32, 1024, 65536)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup() => _data = new byte[Length];

    [Benchmark]
    public void Hash() => Keccak256.Hash(_data, _digest);
}
