using BenchmarkDotNet.Attributes;
using CryptoMcp.Cryptography;
using CryptoMcp.Cryptography.Edwards;

namespace CryptoMcp.Benchmarks;

/// <summary>Ed25519 on 300 bytes, the size of a Solana transfer, beside libsodium of the distribution.</summary>
[MemoryDiagnoser]
public class CryptographyEd25519
{
    private readonly byte[] _seed = new byte[32];
    private readonly byte[] _message = new byte[300];
    private readonly byte[] _publicKey = new byte[32];
    private readonly byte[] _secretKey = new byte[64];
    private readonly byte[] _signature = new byte[64];
    private readonly byte[] _output = new byte[64];

    [GlobalSetup]
    public void Setup()
    {
        _seed.AsSpan().Fill(9);
        Ed25519.DerivePublicKey(_seed, _publicKey);
        Ed25519.Sign(_seed, _message, _signature);
        if (CryptographyOracles.HasSodium)
        {
            CryptographyOracles.Ed25519Keypair(_seed, _publicKey, _secretKey);
        }
    }

    [Benchmark]
    public void Sign() => Ed25519.Sign(_seed, _message, _output);

    [Benchmark]
    public void Sign_for_account() => Ed25519.Sign(_seed, _publicKey, _message, _output);

    [Benchmark]
    public bool Sign_without_proof() => EdwardsSigner.TrySign(_seed, _publicKey, _message, _output, prove: false);

    [Benchmark]
    public void Sign_libsodium() => CryptographyOracles.Ed25519Sign(_secretKey, _message, _output);

    [Benchmark]
    public bool Verify() => Ed25519.Verify(_publicKey, _message, _signature);

    [Benchmark]
    public bool Verify_libsodium() => CryptographyOracles.Ed25519Verify(_publicKey, _message, _signature);
}
