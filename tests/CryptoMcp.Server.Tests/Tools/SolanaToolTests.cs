using System.Text.Json;
using System.Text.Json.Nodes;
using CryptoMcp.Cryptography;
using CryptoMcp.Solana;
using CryptoMcp.Testing;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>The tools on a real Solana virtual machine.</summary>
public sealed class SolanaToolTests : IAsyncLifetime
{
    private const string Recipient = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
    private const string Stranger = "CASHx9KJUStyftLFWGvEVf59SGeG9sh5FfcnZMVPCASH";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cmct");
    private readonly byte[] _seed = [.. Enumerable.Repeat((byte)9, 32)];
    private readonly Pubkey _owner;
    private SolanaVm _vm = null!;
    private FaultProxy _proxy = null!;
    private ToolServer _server = null!;

    public SolanaToolTests()
    {
        var key = new byte[32];
        Ed25519.DerivePublicKey(_seed, key);
        _owner = new(key);
    }

    public async ValueTask InitializeAsync()
    {
        _vm = await SolanaVm.StartAsync();
        _proxy = await FaultProxy.StartAsync(_vm.Url);
        await _vm.AirdropAsync(_owner.ToString(), 3_000_000_000);
        await _vm.CreateMintAsync(SolanaVm.DevnetUsdc);
        await _vm.SetTokensAsync(_owner.ToString(), SolanaVm.DevnetUsdc, 12_500_000);
        await _vm.CreateMintAsync(Stranger, new JsonObject { ["token2022"] = true, ["permanentDelegate"] = Recipient, ["transferFee"] = new JsonObject { ["basisPoints"] = 250, ["maximum"] = 9 } });
        await _vm.SetTokensAsync(_owner.ToString(), Stranger, 77);
        await _vm.AdvanceAsync();
        var chains = Path.Combine(_directory.FullName, "chains.json");
        await File.WriteAllTextAsync(chains, $$"""[{"id": "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1", "rpc": ["{{_proxy.Url}}"]}]""");
        _server = await ToolServer.StartAsync(Path.Combine(_directory.FullName, "no-guard.sock"), chains);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _proxy.DisposeAsync();
        await _vm.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Clusters_are_listed_beside_the_evm_chains_and_say_where_they_stand()
    {
        var all = (await _server.ReadAsync("chain_status")).GetProperty("chains").EnumerateArray().Select(chain => chain.GetProperty("chain").GetString()).ToList();
        Assert.Contains("base", all);
        Assert.Contains("solana", all);
        Assert.Contains("solana:devnet", all);
        var status = (await _server.ReadAsync("chain_status", ("chains", "solana:devnet"))).GetProperty("chains")[0];
        Assert.Equal("solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1", status.GetProperty("id").GetString());
        Assert.Equal(31UL, status.GetProperty("block").GetUInt64() - status.GetProperty("final_block").GetUInt64());
        Assert.Contains("5000 lamports", status.GetProperty("gas_price").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Balances_show_sol_and_the_tokens_of_both_programs()
    {
        var read = await _server.ReadAsync("wallet_balances", ("wallet", _owner.ToString()), ("chains", "solana:devnet, base"));
        var balances = read.GetProperty("chains")[0].GetProperty("balances").EnumerateArray().Select(balance => balance.GetProperty("amount").GetString()).ToList();
        Assert.Equal(["3 SOL", "12.5 USDC", $"77 units of {Stranger}"], balances);
        Assert.Contains("another kind of chain", read.GetProperty("chains")[1].GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_pinned_or_told_apart_with_what_their_issuer_can_do()
    {
        var usdc = await _server.ReadAsync("token_info", ("token", "USDC"), ("chain", "solana:devnet"));
        Assert.Equal((SolanaVm.DevnetUsdc, 6, "chain table"), (usdc.GetProperty("address").GetString(), usdc.GetProperty("decimals").GetInt32(), usdc.GetProperty("pinned_by").GetString()));
        var unknown = await _server.ReadAsync("token_info", ("token", Stranger), ("chain", "solana:devnet"));
        var warnings = string.Join(" ", unknown.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));
        Assert.Contains("2.5%", warnings, StringComparison.Ordinal);
        Assert.Contains("take it from any account", warnings, StringComparison.Ordinal);
        Assert.Contains("Not pinned here", warnings, StringComparison.Ordinal);
        Assert.StartsWith("not_a_token: ", await _server.RefusedAsync("token_info", ("token", _owner.ToString()), ("chain", "solana:devnet")), StringComparison.Ordinal);
        Assert.StartsWith("invalid_address: ", await _server.RefusedAsync("token_info", ("token", "0x036CbD53842c5426634e7929541eC2318f3dCF7e"), ("chain", "solana:devnet")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_is_told_by_what_moved()
    {
        var mint = Pubkey.Parse(SolanaVm.DevnetUsdc);
        var to = AssociatedToken.AddressOf(Pubkey.Parse(Recipient), mint, ProgramIds.Token);
        var hash = Blockhash.Parse((await _vm.CallAsync("getLatestBlockhash"))!["value"]!["blockhash"]!.GetValue<string>());
        var message = MessageCodec.Encode(MessageCompiler.Compile(
            MessageVersion.V0,
            _owner,
            [
                AssociatedToken.CreateIdempotent(_owner, to, Pubkey.Parse(Recipient), mint, ProgramIds.Token),
                TokenProgram.TransferChecked(ProgramIds.Token, AssociatedToken.AddressOf(_owner, mint, ProgramIds.Token), mint, to, _owner, 2_500_000, 6),
            ],
            hash));
        var signature = new byte[64];
        Ed25519.Sign(_seed, message, signature);
        var signed = Transaction.Sign(message, _owner, signature);
        await _vm.CallAsync("sendTransaction", Convert.ToBase64String(signed.Encode()), new JsonObject { ["encoding"] = "base64" });
        await _vm.AdvanceAsync(2);
        var read = await _server.ReadAsync("transaction_get", ("transaction_id", signed.Id!.Value.ToString()), ("chain", "solana:devnet"));
        Assert.Equal(("succeeded", false), (read.GetProperty("status").GetString(), read.GetProperty("final").GetBoolean()));
        Assert.Equal("0.000005 SOL", read.GetProperty("fee_paid").GetString());
        var moved = read.GetProperty("moved").EnumerateArray().Select(movement => movement.Deserialize<JsonObject>()!).ToList();
        Assert.Equal((_owner.ToString(), Recipient, "2.5 USDC"), (moved[0]["from"]!.GetValue<string>(), moved[0]["to"]!.GetValue<string>(), moved[0]["amount"]!.GetValue<string>()));
        Assert.Equal((to.ToString(), "0.00203928 SOL"), (moved[1]["to"]!.GetValue<string>(), moved[1]["amount"]!.GetValue<string>()));
        Assert.Equal("not_found", (await _server.ReadAsync("transaction_get", ("transaction_id", TransactionSignature.Of(new byte[64]).ToString()), ("chain", "solana:devnet"))).GetProperty("status").GetString());
        Assert.StartsWith("invalid_transaction_id: ", await _server.RefusedAsync("transaction_get", ("transaction_id", "0x12"), ("chain", "solana:devnet")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_lies_about_itself_or_is_silent_says_so()
    {
        _proxy.Set(new RpcFault.Lie((_, _) => "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d", "getGenesisHash"));
        Assert.StartsWith("wrong_chain: ", await _server.RefusedAsync("token_info", ("token", SolanaVm.DevnetUsdc), ("chain", "solana:devnet")), StringComparison.Ordinal);
        await _proxy.GoDownAsync();
        Assert.StartsWith("chain_unreachable: ", await _server.RefusedAsync("token_info", ("token", SolanaVm.DevnetUsdc), ("chain", "solana:devnet")), StringComparison.Ordinal);
    }
}
