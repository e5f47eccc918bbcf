using System.Text.Json.Nodes;
using CryptoMcp.Cryptography;
using CryptoMcp.Money;
using CryptoMcp.Testing;

namespace CryptoMcp.Solana.Tests;

/// <summary>The client and what it builds, against a real virtual machine.</summary>
public sealed class NodeTests : IAsyncLifetime
{
    private const string Recipient = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
    private readonly byte[] _seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly Pubkey _owner;
    private SolanaVm _vm = null!;
    private SolanaRpc _rpc = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public NodeTests()
    {
        var key = new byte[32];
        Ed25519.DerivePublicKey(_seed, key);
        _owner = new(key);
    }

    public async ValueTask InitializeAsync()
    {
        _vm = await SolanaVm.StartAsync();
        _rpc = new(Devnet(_vm.Url));
        await _vm.AirdropAsync(_owner.ToString(), 10_000_000_000);
        await _vm.AdvanceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _rpc.Dispose();
        await _vm.DisposeAsync();
    }

    [Fact]
    public async Task Sol_moves_and_is_read_back()
    {
        var id = await SendAsync(SystemProgram.Transfer(_owner, Pubkey.Parse(Recipient), 1_500_000_000), MemoProgram.Write("invoice 7"));
        await _vm.AdvanceAsync();
        Assert.Equal(1_500_000_000, await _vm.LamportsAsync(Recipient));
        var status = Assert.Single(await _rpc.SendAsync(SolanaRequests.Statuses([id]), Ct))!;
        Assert.Equal((Commitment.Confirmed, false), (status.Commitment, status.Failed));
        Assert.Null(await _rpc.SendAsync(SolanaRequests.Transaction(id, Commitment.Finalized), Ct));

        await _vm.AdvanceAsync(32);
        var landed = (await _rpc.SendAsync(SolanaRequests.Transaction(id, Commitment.Finalized), Ct))!;
        Assert.Equal(5_000UL, landed.Fee);
        Assert.Equal(status.Slot, landed.Slot);
        Assert.Equal(id, landed.Transaction.Id);
        Assert.Equal("[9] invoice 7", Assert.Single(await _rpc.SendAsync(SolanaRequests.History(Pubkey.Parse(Recipient), 10, null, Commitment.Finalized), Ct)).UntrustedMemo);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tokens_move_to_an_account_that_is_made_on_the_way(bool token2022)
    {
        var program = token2022 ? ProgramIds.Token2022 : ProgramIds.Token;
        var mint = Pubkey.Parse(SolanaVm.DevnetUsdc);
        await _vm.CreateMintAsync(SolanaVm.DevnetUsdc, new JsonObject { ["token2022"] = token2022, ["decimals"] = 6 });
        var source = Pubkey.Parse(await _vm.SetTokensAsync(_owner.ToString(), SolanaVm.DevnetUsdc, 100_000_000));
        Assert.Equal(AssociatedToken.AddressOf(_owner, mint, program), source);
        var to = AssociatedToken.AddressOf(Pubkey.Parse(Recipient), mint, program);
        await SendAsync(
            AssociatedToken.CreateIdempotent(_owner, to, Pubkey.Parse(Recipient), mint, program),
            TokenProgram.TransferChecked(program, source, mint, to, _owner, 2_500_000, 6));
        Assert.Equal(2_500_000, await _vm.TokensAsync(Recipient, SolanaVm.DevnetUsdc));
        Assert.Equal(97_500_000, await _vm.TokensAsync(_owner.ToString(), SolanaVm.DevnetUsdc));

        var account = TokenAccount.Decode(to, await _rpc.SendAsync(SolanaRequests.Account(to, Commitment.Confirmed), Ct));
        Assert.Equal((mint, Pubkey.Parse(Recipient), 2_500_000UL, program), (account.Mint, account.Owner, account.Units, account.Program));
        Assert.Equal(token2022, account.Extensions.All.Contains(TokenExtension.ImmutableOwner));
        var own = Assert.Single(await _rpc.SendAsync(SolanaRequests.TokenAccounts(_owner, program, Commitment.Confirmed), Ct));
        Assert.Equal(source, own.Address);
    }

    [Fact]
    public async Task Extensions_of_a_mint_are_recognised_and_a_fee_is_withheld_from_what_arrives()
    {
        var mint = Pubkey.Parse(SolanaVm.DevnetUsdc);
        await _vm.CreateMintAsync(mint.ToString(), new JsonObject
        {
            ["token2022"] = true,
            ["permanentDelegate"] = Recipient,
            ["transferFee"] = new JsonObject { ["basisPoints"] = 100, ["maximum"] = 5_000_000 },
        });
        var read = MintAccount.Decode(mint, await _rpc.SendAsync(SolanaRequests.Account(mint, Commitment.Confirmed), Ct));
        Assert.Equal(6, read.Decimals);
        Assert.Equal([TokenExtension.TransferFeeConfig, TokenExtension.PermanentDelegate], read.Extensions.All);
        Assert.Equal(Pubkey.Parse(Recipient), read.Extensions.PermanentDelegate);
        var fee = read.Extensions.FeeIn(await _rpc.SendAsync(SolanaRequests.Epoch(Commitment.Confirmed), Ct))!.Value.Of(1_000_000);
        Assert.Equal(10_000UL, fee);

        var source = Pubkey.Parse(await _vm.SetTokensAsync(_owner.ToString(), mint.ToString(), 3_000_000));
        var to = Pubkey.Parse(await _vm.SetTokensAsync(Recipient, mint.ToString(), 0));
        await SendAsync(TokenProgram.TransferCheckedWithFee(source, mint, to, _owner, 1_000_000, 6, fee));
        Assert.Equal(2_000_000, await _vm.TokensAsync(_owner.ToString(), mint.ToString()));
        Assert.Equal(990_000, await _vm.TokensAsync(Recipient, mint.ToString()));
    }

    [Theory]
    [InlineData("""{"token2022": true, "transferHook": "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"}""", TokenExtension.TransferHook)]
    [InlineData("""{"token2022": true, "nonTransferable": true}""", TokenExtension.NonTransferable)]
    [InlineData("""{"token2022": true, "paused": true}""", TokenExtension.Pausable)]
    [InlineData("""{"token2022": true, "raw": [[4321, "00"]]}""", (TokenExtension)4321)]
    public async Task Every_extension_is_seen(string options, TokenExtension expected)
    {
        var mint = Pubkey.Parse(SolanaVm.DevnetUsdc);
        await _vm.CreateMintAsync(mint.ToString(), JsonNode.Parse(options)!.AsObject());
        var read = MintAccount.Decode(mint, await _rpc.SendAsync(SolanaRequests.Account(mint, Commitment.Confirmed), Ct));
        Assert.Equal(expected, Assert.Single(read.Extensions.All));
        Assert.Equal(expected == (TokenExtension)4321, read.Extensions.HasUnknown);
        Assert.Equal(expected == TokenExtension.Pausable, read.Extensions.IsPaused);
        Assert.Equal(expected == TokenExtension.TransferHook, read.Extensions.TransferHook is not null);
    }

    [Fact]
    public async Task A_lookup_table_is_read_at_a_final_slot()
    {
        var table = Pubkey.Parse("2immgwYNHBbyVQKVGCEkgWpi53bLwWNRMB5G2nbgYV17");
        await _vm.CallAsync("svm_setAccount", table.ToString(), new JsonObject
        {
            ["lamports"] = 10_000_000,
            ["owner"] = ProgramIds.AddressLookupTable.ToString(),
            ["data"] = Convert.ToBase64String([1, 0, 0, 0, .. Enumerable.Repeat((byte)255, 8), .. new byte[44], .. Pubkey.Parse(Recipient).ToArray()]),
        });
        var message = MessageCompiler.Compile(
            MessageVersion.V0, _owner, [SystemProgram.Transfer(_owner, Pubkey.Parse(Recipient), 1_000_000_000)], new(_owner),
            [new(table, [Pubkey.Parse(Recipient)])]);
        var tables = await LookupTables.ReadAsync(_rpc, message, Ct);
        Assert.Equal(new KnownInstruction.SolTransfer(_owner, Pubkey.Parse(Recipient), 1_000_000_000), InstructionReader.Read(message.Resolve(tables)[0]));
        await Assert.ThrowsAsync<SolanaFormatException>(() => LookupTables.ReadAsync(_rpc, message with { Lookups = [message.Lookups[0] with { Table = _owner }] }, Ct));
    }

    [Fact]
    public async Task A_hash_serves_150_blocks_and_a_simulation_can_only_refuse()
    {
        var life = await _rpc.SendAsync(SolanaRequests.LatestBlockhash(Commitment.Confirmed), Ct);
        Assert.Equal(await _rpc.SendAsync(SolanaRequests.BlockHeight(Commitment.Confirmed), Ct) + 150, life.LastValidBlockHeight);
        await _vm.AdvanceAsync(149);
        Assert.True(await _rpc.SendAsync(SolanaRequests.IsBlockhashValid(life.Hash, Commitment.Processed), Ct));
        await _vm.AdvanceAsync();
        Assert.False(await _rpc.SendAsync(SolanaRequests.IsBlockhashValid(life.Hash, Commitment.Processed), Ct));

        var good = Build(SystemProgram.Transfer(_owner, Pubkey.Parse(Recipient), 1_000_000_000), life.Hash);
        Assert.Null((await _rpc.SendAsync(SolanaRequests.Simulate(good), Ct)).UntrustedError);
        var poor = Build(SystemProgram.Transfer(_owner, Pubkey.Parse(Recipient), 11_000_000_000), life.Hash);
        Assert.NotNull((await _rpc.SendAsync(SolanaRequests.Simulate(poor), Ct)).UntrustedError);
    }

    [Fact]
    public async Task Another_cluster_behind_the_endpoint_is_noticed_before_anything_is_believed()
    {
        await using var proxy = await FaultProxy.StartAsync(_vm.Url);
        using var rpc = new SolanaRpc(Devnet(proxy.Url), new() { ReadRetries = 0 });
        proxy.Set(new RpcFault.Lie((_, _) => "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d", "getGenesisHash"));
        var error = await Assert.ThrowsAsync<SolanaRpcException>(() => rpc.SendAsync(SolanaRequests.Slot(Commitment.Confirmed), Ct));
        Assert.Equal(SolanaRpcFailure.WrongCluster, error.Kind);
        var refusal = await rpc.SendTransactionAsync(await SignedAsync(SystemProgram.Transfer(_owner, Pubkey.Parse(Recipient), 1)), Ct);
        Assert.Equal(SolanaRpcFailure.WrongCluster, refusal!.Kind);
        Assert.Equal(0, proxy.CountOf("sendTransaction"));
        proxy.Clear();
        Assert.True(await rpc.SendAsync(SolanaRequests.Slot(Commitment.Confirmed), Ct) > 0);
    }

    [Fact]
    public async Task K7_two_must_agree_and_there_is_no_falling_back_to_one()
    {
        await using var proxy = await FaultProxy.StartAsync(_vm.Url);
        using var rpc = new SolanaRpc(Devnet(_vm.Url, proxy.Url), new() { Agree = 2, ReadRetries = 0 });
        Assert.NotNull(await rpc.AgreedAsync(SolanaRequests.Account(_owner, Commitment.Confirmed), Ct));
        proxy.Set(new RpcFault.Lie((_, result) => { result!["value"]!["lamports"] = 1; return result.DeepClone(); }, "getAccountInfo"));
        Assert.Equal(SolanaRpcFailure.Disagreement, (await Assert.ThrowsAsync<SolanaRpcException>(
            () => rpc.AgreedAsync(SolanaRequests.Account(_owner, Commitment.Confirmed), Ct))).Kind);
        await proxy.GoDownAsync();
        Assert.Equal(SolanaRpcFailure.Disagreement, (await Assert.ThrowsAsync<SolanaRpcException>(
            () => rpc.AgreedAsync(SolanaRequests.Account(_owner, Commitment.Confirmed), Ct))).Kind);
        Assert.NotNull(await rpc.SendAsync(SolanaRequests.Account(_owner, Commitment.Confirmed), Ct));
    }

    [Theory]
    [InlineData("<html>502 Bad Gateway</html>")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"result":1}""")]
    [InlineData("""[{"jsonrpc":"2.0","id":7,"result":"x"}]""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"\ud800"}""")]
    public async Task K9_answers_that_are_no_json_rpc_are_refused_and_not_repeated(string body)
    {
        await using var proxy = await FaultProxy.StartAsync(_vm.Url);
        using var rpc = new SolanaRpc(Devnet(proxy.Url), new() { ReadRetries = 0 });
        proxy.Set(new RpcFault.Garbage(body));
        var error = await Assert.ThrowsAsync<SolanaRpcException>(() => rpc.SendAsync(SolanaRequests.Slot(Commitment.Confirmed), Ct));
        Assert.Equal(SolanaRpcFailure.BadAnswer, error.Kind);
        Assert.DoesNotContain("502", error.Message, StringComparison.Ordinal);
    }

    private static SolanaCluster Devnet(params Uri[] urls) =>
        SolanaClusters.BuiltIn.All.First(cluster => cluster.Id == ChainId.Parse("solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1")) with { RpcUrls = urls };

    private async Task<TransactionSignature> SendAsync(params Instruction[] instructions)
    {
        var signed = await SignedAsync(instructions);
        Assert.Null(await _rpc.SendTransactionAsync(signed, Ct));
        return Transaction.Decode(signed).Id!.Value;
    }

    private async Task<byte[]> SignedAsync(params Instruction[] instructions)
    {
        var life = await _rpc.SendAsync(SolanaRequests.LatestBlockhash(Commitment.Confirmed), Ct);
        var message = MessageCodec.Encode(MessageCompiler.Compile(MessageVersion.V0, _owner, instructions, life.Hash));
        var signature = new byte[64];
        Ed25519.Sign(_seed, message, signature);
        return Transaction.Sign(message, _owner, signature).Encode();
    }

    private byte[] Build(Instruction instruction, Blockhash hash) => Transaction.Sign(
        MessageCodec.Encode(MessageCompiler.Compile(MessageVersion.V0, _owner, [instruction], hash)), _owner, new byte[64]).Encode();
}
