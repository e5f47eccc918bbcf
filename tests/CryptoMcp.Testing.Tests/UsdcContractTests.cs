using System.Text.Json.Nodes;

namespace CryptoMcp.Testing.Tests;

public sealed class UsdcContractTests
{
    /// <summary>Where USDC stands on Base.</summary>
    private const string UsdcOnBase = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";

    private const string Payee = "0x000000000000000000000000000000000000bEEF";

    [Fact]
    public async Task The_real_token_stands_at_its_address_on_base_and_moves()
    {
        var owner = Anvil.DevelopmentAccounts[1].Address;
        await using var anvil = await Anvil.StartAsync(new AnvilOptions { ChainId = 8453 });
        var usdc = await UsdcContract.PlaceAsync(anvil, UsdcOnBase);
        await usdc.MintAsync(owner, 10_000_000);

        await anvil.SendAsAsync(owner, UsdcOnBase, "0xa9059cbb" + Payee[2..].PadLeft(64, '0') + "2625a0".PadLeft(64, '0')); // transfer 2.5

        Assert.Equal(7_500_000, await usdc.BalanceAsync(owner));
        Assert.Equal(2_500_000, await usdc.BalanceAsync(Payee));
        Assert.Equal(6, JsonRpcNode.Quantity(await anvil.Node.EthCallAsync(UsdcOnBase, "0x313ce567"))); // decimals()
    }

    [Fact]
    public async Task An_authorization_that_viem_signed_moves_the_tokens_once()
    {
        var (owner, key) = Anvil.DevelopmentAccounts[1];
        var relayer = Anvil.DevelopmentAccounts[2].Address;
        await using var anvil = await Anvil.StartAsync(new AnvilOptions { ChainId = 8453 });
        var usdc = await UsdcContract.PlaceAsync(anvil, UsdcOnBase);
        await usdc.MintAsync(owner, 10_000_000);

        var signed = await NodeScript.RunAsync(
            """
            import { readFileSync } from 'node:fs';
            import { encodeFunctionData, parseAbi } from 'viem';
            import { privateKeyToAccount } from 'viem/accounts';
            const { key, token, payee } = JSON.parse(readFileSync(0, 'utf8'));
            const account = privateKeyToAccount(key);
            const nonce = '0x' + '07'.repeat(32);
            const message = { from: account.address, to: payee, value: 2500000n, validAfter: 0n, validBefore: 2n ** 48n, nonce };
            const signature = await account.signTypedData({
              domain: { name: 'USD Coin', version: '2', chainId: 8453, verifyingContract: token },
              primaryType: 'TransferWithAuthorization',
              types: { TransferWithAuthorization: [
                { name: 'from', type: 'address' }, { name: 'to', type: 'address' }, { name: 'value', type: 'uint256' },
                { name: 'validAfter', type: 'uint256' }, { name: 'validBefore', type: 'uint256' }, { name: 'nonce', type: 'bytes32' }] },
              message });
            console.log(JSON.stringify({ nonce, data: encodeFunctionData({
              abi: parseAbi(['function transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)']),
              args: [message.from, message.to, message.value, message.validAfter, message.validBefore, nonce, signature] }) }));
            """,
            new JsonObject { ["key"] = key, ["token"] = UsdcOnBase, ["payee"] = Payee });
        var (data, nonce) = (signed!["data"]!.GetValue<string>(), signed["nonce"]!.GetValue<string>());
        Assert.False(await usdc.IsAuthorizationUsedAsync(owner, nonce));

        await anvil.SendAsAsync(relayer, UsdcOnBase, data);

        Assert.Equal(2_500_000, await usdc.BalanceAsync(Payee));
        Assert.True(await usdc.IsAuthorizationUsedAsync(owner, nonce));
        await Assert.ThrowsAnyAsync<Exception>(() => anvil.SendAsAsync(relayer, UsdcOnBase, data));
    }

    [Fact]
    public async Task A_paused_token_and_a_blacklisted_account_refuse_transfers()
    {
        var owner = Anvil.DevelopmentAccounts[1].Address;
        var transfer = "0xa9059cbb" + Payee[2..].PadLeft(64, '0') + "1".PadLeft(64, '0');
        await using var anvil = await Anvil.StartAsync();
        var usdc = await UsdcContract.PlaceAsync(anvil, UsdcOnBase);
        await usdc.MintAsync(owner, 10);

        await usdc.PauseAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => anvil.SendAsAsync(owner, UsdcOnBase, transfer));
        await usdc.UnpauseAsync();
        await usdc.BlacklistAsync(Payee);
        await Assert.ThrowsAnyAsync<Exception>(() => anvil.SendAsAsync(owner, UsdcOnBase, transfer));
        Assert.Equal(0, await usdc.BalanceAsync(Payee));
    }

    [Fact]
    public async Task A_token_with_other_decimals_can_contradict_the_tables()
    {
        await using var anvil = await Anvil.StartAsync();
        await UsdcContract.PlaceAsync(anvil, UsdcOnBase, decimals: 18);

        Assert.Equal(18, JsonRpcNode.Quantity(await anvil.Node.EthCallAsync(UsdcOnBase, "0x313ce567")));
    }
}
