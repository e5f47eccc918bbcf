using BenchmarkDotNet.Attributes;
using CryptoMcp.Cryptography;
using CryptoMcp.Cryptography.Koblitz;

namespace CryptoMcp.Benchmarks;

/// <summary>secp256k1 beside libsecp256k1 of the distribution.</summary>
[MemoryDiagnoser]
public class CryptographySecp256k1
{
    private readonly byte[] _key = Convert.FromHexString("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
    private readonly byte[] _digest = Keccak256.Hash("hello"u8);
    private readonly byte[] _publicKey = new byte[64];
    private readonly byte[] _signature = new byte[65];
    private readonly byte[] _output = new byte[65];
    private byte[] _encodedKey = [];

    [GlobalSetup]
    public void Setup()
    {
        Secp256k1.DerivePublicKey(_key, _publicKey);
        Secp256k1.Sign(_key, _digest, _signature);
        _encodedKey = [4, .. _publicKey];
    }

    [Benchmark]
    public void Sign() => Secp256k1.Sign(_key, _digest, _output);

    [Benchmark]
    public void Sign_for_account() => Secp256k1.Sign(_key, _publicKey, _digest, _output);

    [Benchmark]
    public bool Sign_without_proof() => Signer.TrySign(_key, default, _digest, _output, prove: false);

    [Benchmark]
    public void Sign_libsecp256k1() => CryptographyOracles.Sign(_key, _digest, _output);

    [Benchmark]
    public bool Recover() => Secp256k1.TryRecover(_digest, _signature, _output.AsSpan(0, 64));

    [Benchmark]
    public void Recover_libsecp256k1() => CryptographyOracles.Recover(_digest, _signature, _output);

    [Benchmark]
    public bool Verify() => Secp256k1.Verify(_publicKey, _digest, _signature.AsSpan(0, 64));

    [Benchmark]
    public bool Verify_libsecp256k1() => CryptographyOracles.Verify(_encodedKey, _digest, _signature.AsSpan(0, 64));

    [Benchmark]
    public void Public_key() => Secp256k1.DerivePublicKey(_key, _output.AsSpan(0, 64));

    [Benchmark]
    public void Public_key_libsecp256k1() => CryptographyOracles.PublicKey(_key, _output);
}
