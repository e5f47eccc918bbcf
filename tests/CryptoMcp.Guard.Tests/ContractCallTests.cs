using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests;

/// <summary>Calls of contracts: what a rule names in full goes through as it was named, and nothing else is signed.</summary>
public sealed class ContractCallTests : IAsyncLifetime
{
    private const string Vault = "0xc1912fEE45d61C87Cc5EA59DaE31190FFFFf232d";
    private const string Stranger = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    private const string Deposit = "deposit(uint256 assets, address receiver)";

    private GuardGround _ground = null!;

    public async ValueTask InitializeAsync()
    {
        _ground = await GuardGround.StartAsync(
            day: "20 USD",
            rules: $$"""
            { "id": "vault-in", "allow": "contract.call", "if": { "contract": "eip155:31337/{{Vault}}", "function": "{{Deposit}}",
              "args": { "assets": "<= 3 USDC", "receiver": "self" }, "loses": "<= 3 USDC" } },
            { "id": "feeding", "allow": "contract.call", "if": { "contract": "eip155:31337/{{Vault}}", "function": "feed()", "amount": "<= 0.001 ETH" } },
            { "id": "to-vault", "allow": "contract.call", "if": { "contract": "eip155:31337/{{GuardGround.Usdc}}", "function": "approve(address spender, uint256 amount)",
              "args": { "spender": "payee:vault", "amount": "<= 3 USDC" } } },
            """,
            payees: $$"""{ "vault": { "on": { "eip155:31337": "{{Vault}}" } } }""");
        await _ground.Chain.SetCodeAsync(Vault, await SolidityContracts.RuntimeCodeAsync("Vault.sol", "Vault"));
        await _ground.Chain.SetStorageAtAsync(Vault, 0, BigInteger.Parse("0" + GuardGround.Usdc[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    [Fact]
    public async Task What_rules_name_in_full_is_done_counted_and_encodes_to_what_was_signed()
    {
        var approved = await CallAsync("approve(address spender, uint256 amount)", """["payee:vault", "2 USDC"]""", GuardGround.Usdc);
        Assert.NotEqual("denied", approved.State);
        await _ground.Chain.MineAsync();
        var deposited = await CallAsync(Deposit, """["2000000", "self"]""");
        Assert.NotEqual("denied", deposited.State);
        Assert.Equal("settled", (await _ground.LookWhenFinalAsync(deposited)).State);
        Assert.Equal("settled", (await _ground.LookAsync(approved)).State);

        Assert.Equal(2_000_000, await _ground.Token.BalanceAsync(Vault));
        Assert.Equal("4.00 USD", _ground.Budget("day").Used);
        foreach (var line in File.ReadLines(_ground.Home.JournalFile).Where(line => line.Contains("\"unsigned\"", StringComparison.Ordinal)))
        {
            var unsigned = (string)System.Text.Json.Nodes.JsonNode.Parse(line)!["unsigned"]!;
            var data = UnsignedTransaction.Decode(Convert.FromHexString(unsigned)).Data.ToArray();
            var function = AbiFunction.Parse(data.AsSpan().StartsWith(AbiFunction.Parse(Deposit).Selector) ? Deposit : "approve(address,uint256)");
            Assert.Equal(data, function.Encode(function.DecodeArguments(data)));
        }

        Assert.True(DecisionReplay.Run(_ground.Home).Agrees);
    }

    [Fact]
    public async Task Coins_that_go_along_are_an_outflow()
    {
        Assert.NotEqual("denied", (await CallAsync("feed()", null, value: "0.001 ETH")).State);
        Assert.Equal("no_rule", (await CallAsync("feed()", null, value: "0.002 ETH")).Decision!.Code);
        await _ground.Chain.MineAsync();
        Assert.Equal(BigInteger.Pow(10, 15), await _ground.Chain.BalanceAsync(Vault));
    }

    [Fact]
    public async Task The_same_calldata_as_bytes_is_the_same_wish()
    {
        await CallAsync("approve(address spender, uint256 amount)", """["payee:vault", "2 USDC"]""", GuardGround.Usdc);
        await _ground.Chain.MineAsync();
        var data = AbiFunction.Parse(Deposit).Encode(new BigInteger(1_000_000), EvmAddress.Parse(_ground.Wallet));
        var first = await CallAsync(Deposit, """["1 USDC", "self"]""");
        var second = await _ground.Guard.Spending.SubmitAsync(Intent(Deposit, null, Vault, null) with { Data = Hex.Format(data) }, "test", CancellationToken.None);
        Assert.Equal(first.PaymentId, second.PaymentId);
        Assert.True(second.Repeated);
    }

    [Theory]
    [InlineData(Vault, Deposit, $"[\"1 USDC\", \"{Stranger}\"]", "no_rule")]
    [InlineData(Vault, Deposit, "[\"3000001\", \"self\"]", "no_rule")]
    [InlineData(Vault, "deposit(uint256 assets)", "[\"1\"]", "no_rule")]
    [InlineData(Vault, "withdraw(uint256 assets, address receiver)", "[\"1\", \"self\"]", "no_rule")]
    [InlineData(Stranger, Deposit, "[\"1 USDC\", \"self\"]", "no_rule")]
    [InlineData(GuardGround.Usdc, "transfer(address,uint256)", $"[\"{Stranger}\", \"1\"]", "no_rule")]
    [InlineData(GuardGround.Usdc, "approve(address,uint256)", $"[\"{Stranger}\", \"1\"]", "spender_not_listed")]
    [InlineData(GuardGround.Usdc, "approve(address,uint256)", "[\"payee:vault\", \"115792089237316195423570985008687907853269984665640564039457584007913129639935\"]", "allowance_refused")]
    [InlineData(GuardGround.Usdc, "transferFrom(address,address,uint256)", $"[\"{Stranger}\", \"self\", \"1\"]", "unknown_effect")]
    [InlineData(GuardGround.Usdc, "burn(uint256)", "[\"1\"]", "unknown_effect")]
    [InlineData(GuardGround.Usdc, "increaseAllowance(address,uint256)", "[\"payee:vault\", \"1\"]", "never_signed")]
    [InlineData(GuardGround.Usdc, "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", "[\"self\", \"payee:vault\", \"1\", \"1\", \"27\", \"0x0000000000000000000000000000000000000000000000000000000000000000\", \"0x0000000000000000000000000000000000000000000000000000000000000000\"]", "never_signed")]
    [InlineData(Vault, "setApprovalForAll(address,bool)", $"[\"{Stranger}\", true]", "never_signed")]
    [InlineData(Vault, "multicall(bytes[])", "[[\"0x1234\"]]", "unknown_effect")]
    [InlineData(Vault, "execute(address,uint256,bytes)", $"[\"{Stranger}\", \"0\", \"0x\"]", "unknown_effect")]
    [InlineData(Vault, "executeBatch((address,uint256,bytes)[])", "[[]]", "unknown_effect")]
    [InlineData(Vault, "transferOwnership(address)", $"[\"{Stranger}\"]", "unknown_effect")]
    [InlineData(Vault, "upgradeTo(address)", $"[\"{Stranger}\"]", "unknown_effect")]
    [InlineData(Vault, "safeTransferFrom(address,address,uint256)", $"[\"self\", \"{Stranger}\", \"1\"]", "unknown_effect")]
    [InlineData(Vault, "transfer(address,uint256)", $"[\"{Stranger}\", \"1\"]", "unknown_effect")]
    [InlineData(Vault, "swap(bytes)", "[\"0x00\"]", "unknown_effect")]
    [InlineData("0x000000000022D473030F116dDEE9F6B43aC78BA3", "approve(address,address,uint160,uint48)", $"[\"{GuardGround.Usdc}\", \"{Stranger}\", \"1\", \"1\"]", "spender_not_listed")]
    [InlineData("0x000000000022D473030F116dDEE9F6B43aC78BA3", "transferFrom(address,address,uint160,address)", $"[\"self\", \"{Stranger}\", \"1\", \"{GuardGround.Usdc}\"]", "unknown_effect")]
    public async Task Everything_else_is_denied_on_record_and_comes_out_again(string contract, string function, string arguments, string code)
    {
        var denied = await CallAsync(function, arguments, contract);
        Assert.Equal("denied", denied.State);
        Assert.Equal(code, denied.Decision!.Code);
        Assert.Equal(0, _ground.Endpoint.CountOf("eth_sendRawTransaction"));
        var replay = DecisionReplay.Run(_ground.Home);
        Assert.True(replay.Agrees, replay.First?.ToString());
    }

    [Theory]
    [InlineData("trailing bytes")]
    [InlineData("dirty bits")]
    [InlineData("other selector")]
    [InlineData("cut off")]
    [InlineData("empty")]
    public async Task D13_Calldata_that_does_not_encode_to_itself_is_refused(string how)
    {
        var data = AbiFunction.Parse(Deposit).Encode(new BigInteger(1_000_000), EvmAddress.Parse(_ground.Wallet));
        byte[] bad = how switch
        {
            "trailing bytes" => [.. data, 0],
            "dirty bits" => [.. data[..36], 1, .. data[37..]],
            "other selector" => [data[0], data[1], data[2], (byte)(data[3] ^ 1), .. data[4..]],
            "cut off" => data[..^1],
            _ => [],
        };
        var refusal = await Assert.ThrowsAsync<GuardException>(async () => await _ground.Guard.Spending.SubmitAsync(
            Intent(Deposit, null, Vault, null) with { Data = Hex.Format(bad) }, "test", CancellationToken.None));
        Assert.Equal("not_canonical", refusal.Problem.Code);
        Assert.Equal(0, _ground.Endpoint.CountOf("eth_sendRawTransaction"));
    }

    [Theory]
    [InlineData("0x0000000000000000000000000000000000000000", Deposit, "[\"1\", \"self\"]", "invalid_contract")]
    [InlineData("0x0000000000000000000000000000000000000004", Deposit, "[\"1\", \"self\"]", "invalid_contract")]
    [InlineData("vault.eth", Deposit, "[\"1\", \"self\"]", "invalid_address")]
    [InlineData(Vault, "deposit", "[]", "invalid_function")]
    [InlineData(Vault, Deposit, "[\"1\"]", "invalid_arguments")]
    [InlineData(Vault, Deposit, "[\"-1\", \"self\"]", "invalid_arguments")]
    [InlineData(Vault, Deposit, "[\"1e6\", \"self\"]", "invalid_arguments")]
    [InlineData(Vault, Deposit, "[\"1 DOGE\", \"self\"]", "invalid_arguments")]
    [InlineData(Vault, Deposit, "[\"1\", \"payee:nobody\"]", "invalid_arguments")]
    [InlineData(Vault, Deposit, "{}", "invalid_arguments")]
    [InlineData(Vault, Deposit, "not json", "invalid_arguments")]
    public async Task Nonsense_is_refused_with_the_reason(string contract, string function, string arguments, string code)
    {
        var refusal = await Assert.ThrowsAsync<GuardException>(async () => await CallAsync(function, arguments, contract));
        Assert.Equal(code, refusal.Problem.Code);
    }

    [Fact]
    public async Task A_call_that_would_fail_or_has_no_contract_is_refused_before_anything_is_signed()
    {
        // No allowance yet, so the token refuses.
        Assert.Equal("would_fail", (await Assert.ThrowsAsync<GuardException>(async () => await CallAsync(Deposit, """["1 USDC", "self"]"""))).Problem.Code);
        await _ground.Chain.SetCodeAsync(Vault, "0x");
        Assert.Equal("no_contract", (await Assert.ThrowsAsync<GuardException>(async () => await CallAsync(Deposit, """["1 USDC", "self"]"""))).Problem.Code);
        Assert.Equal(0, _ground.Endpoint.CountOf("eth_sendRawTransaction"));
    }

    private static ContractCallIntent Intent(string function, string? arguments, string contract, string? value) =>
        new() { Chain = "play", Contract = contract, Function = function, Arguments = arguments, Value = value };

    private ValueTask<PaymentView> CallAsync(string function, string? arguments, string contract = Vault, string? value = null) =>
        _ground.Guard.Spending.SubmitAsync(Intent(function, arguments, contract, value), "test", CancellationToken.None);
}
