using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing.X402;

/// <summary>
/// Uniswap's Permit2 (real code, npm <c>@1inch/solidity-utils</c>) and the two x402 proxies (stand-ins with the published
/// interface, <c>contracts/X402Permit2Proxies.sol</c>), each at the address that it has on every chain.
/// </summary>
public static class Permit2Contracts
{
    /// <summary>Uniswap's Permit2.</summary>
    public const string Permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

    /// <summary>The spender of <c>exact</c> payments.</summary>
    public const string ExactProxy = "0x402085c248EeA27D92E8b30b2C58ed07f9E20001";

    /// <summary>The spender of <c>upto</c> payments.</summary>
    public const string UptoProxy = "0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002";

    private const string ProxySource = "X402Permit2Proxies.sol";

    /// <summary>Puts all three on a chain.</summary>
    public static async Task PlaceAsync(Anvil anvil)
    {
        ArgumentNullException.ThrowIfNull(anvil);
        await using var printed = await ChildProcess.RunAsync(
            new ChildProcessStart("node", "x402/permit2.mjs") { WorkingDirectory = RepositoryPaths.Chains });
        if (printed.ExitCode != 0)
        {
            throw new InvalidOperationException($"The code of Permit2 could not be had.\n{printed.ErrorText}");
        }

        await anvil.SetCodeAsync(Permit2, JsonNode.Parse(printed.OutputText)!.GetValue<string>());
        await anvil.SetCodeAsync(ExactProxy, await SolidityContracts.RuntimeCodeAsync(ProxySource, "X402ExactPermit2Proxy"));
        await anvil.SetCodeAsync(UptoProxy, await SolidityContracts.RuntimeCodeAsync(ProxySource, "X402UptoPermit2Proxy"));
    }

    /// <summary>Lets Permit2 move an owner's tokens, as an <c>approve</c> transaction of the owner does.</summary>
    public static Task ApproveAsync(Anvil anvil, string token, string owner, BigInteger units)
    {
        ArgumentNullException.ThrowIfNull(anvil);
        return anvil.SendAsAsync(owner, token, "0x095ea7b3" + AbiText.Address(Permit2) + AbiText.Word(units));
    }

    /// <summary>Whether an owner's unordered nonce was used or invalidated.</summary>
    public static async Task<bool> IsNonceUsedAsync(Anvil anvil, string owner, BigInteger nonce)
    {
        ArgumentNullException.ThrowIfNull(anvil);
        var word = JsonRpcNode.Quantity(
            await anvil.Node.EthCallAsync(Permit2, "0x4fe02b44" + AbiText.Address(owner) + AbiText.Word(nonce >> 8)));
        return !(word >> (int)(nonce & 255)).IsEven;
    }
}
