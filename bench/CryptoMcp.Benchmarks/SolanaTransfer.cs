using BenchmarkDotNet.Attributes;
using CryptoMcp.Cryptography;
using CryptoMcp.Solana;

namespace CryptoMcp.Benchmarks;

/// <summary>A token transfer on Solana from its parts to the text that the network takes, as bench/compare/crypto.mjs has @solana/kit do.</summary>
[MemoryDiagnoser]
public class SolanaTransfer
{
    private readonly byte[] _seed = new byte[32];
    private readonly byte[] _publicKey = new byte[32];
    private readonly byte[] _signature = new byte[64];
    private Instruction[] _instructions = [];
    private Pubkey _owner;
    private Blockhash _hash;

    [GlobalSetup]
    public void Setup()
    {
        _seed.AsSpan().Fill(9);
        Ed25519.DerivePublicKey(_seed, _publicKey);
        _owner = new(_publicKey);
        var mint = Pubkey.Parse("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");
        var source = AssociatedToken.AddressOf(_owner, mint, ProgramIds.Token);
        var destination = AssociatedToken.AddressOf(mint, mint, ProgramIds.Token);
        _instructions =
        [
            ComputeBudget.Limit(20_000),
            ComputeBudget.Price(1),
            TokenProgram.TransferChecked(ProgramIds.Token, source, mint, destination, _owner, 2_500_000, 6),
        ];
        _hash = new(mint);
    }

    [Benchmark]
    public byte[] Compile() => MessageCodec.Encode(MessageCompiler.Compile(MessageVersion.V0, _owner, _instructions, _hash));

    [Benchmark]
    public string Compile_sign_and_encode()
    {
        var message = Compile();
        Ed25519.Sign(_seed, _publicKey, message, _signature);
        return Convert.ToBase64String(Transaction.Sign(message, _owner, _signature).Encode());
    }
}
