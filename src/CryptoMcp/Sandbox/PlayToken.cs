using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CryptoMcp.Sandbox;

/// <summary>
/// A dollar token for play money: Circle's own FiatTokenV2_2, the code that runs as USDC, with EIP-3009 and EIP-2612, so that what
/// works here works there. Its administrator is an address without a key, which a development node can still act for.
/// </summary>
public sealed class PlayToken
{
    /// <summary>Decimals of USDC.</summary>
    public const int Decimals = 6;

    // Any address without code and key serves for these two.
    private const string SignatureChecker = "0x00000000000000000000000000000000005ec0c4";
    private const string Administrator = "0x00000000000000000000000000000000005ec0ad";

    private readonly PlayNode _node;

    private PlayToken(PlayNode node, string address, string name, string symbol)
    {
        _node = node;
        Address = address;
        Name = name;
        Symbol = symbol;
    }

    /// <summary>The contract's address.</summary>
    public string Address { get; }

    /// <summary>The token's name; also the name in its EIP-712 domain, whose version is "2".</summary>
    public string Name { get; }

    /// <summary>The token's symbol.</summary>
    public string Symbol { get; }

    /// <summary>Puts the token on a chain.</summary>
    /// <param name="node">The chain.</param>
    /// <param name="packageFolder">The folder of the compiled token; see <see cref="NodePackages.StablecoinAsync"/>.</param>
    /// <param name="address">Where to put it.</param>
    /// <param name="name">Name, and EIP-712 domain name.</param>
    /// <param name="symbol">Symbol.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxException">The chain refused, or the package is not what it should be.</exception>
    public static async Task<PlayToken> PlaceAsync(
        PlayNode node, string packageFolder, string address, string name, string symbol, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        var checker = await RuntimeCodeAsync(packageFolder, "util", "SignatureChecker", cancellationToken);
        var code = await RuntimeCodeAsync(packageFolder, "v2", "FiatTokenV2_2", cancellationToken);
        await node.CallAsync("anvil_setCode", [SignatureChecker, checker], cancellationToken);
        await node.CallAsync("anvil_setCode", [address, code], cancellationToken);
        await node.SetBalanceAsync(Administrator, BigInteger.Pow(10, 20), cancellationToken);

        var token = new PlayToken(node, address, name, symbol);
        var (nameText, symbolText) = (Text(name), Text(symbol));

        // initialize(string name, string symbol, string currency, uint8 decimals, address ×4 for the roles): eight words of head,
        // then the three texts; each head word of a text is the offset of its tail.
        var currency = Text("USD");
        var (symbolAt, currencyAt) = (256 + (nameText.Length / 2), 256 + ((nameText.Length + symbolText.Length) / 2));
        await token.SendAsync(
            "0x3357162b" + Word(256) + Word(symbolAt) + Word(currencyAt) + Word(Decimals)
            + Word(Administrator) + Word(Administrator) + Word(Administrator) + Word(Administrator) + nameText + symbolText + currency,
            cancellationToken);
        await token.SendAsync("0xd608ea64" + Word(32) + nameText, cancellationToken); // initializeV2(string newName)
        await token.SendAsync("0x2fc81e09" + Word(Administrator), cancellationToken); // initializeV2_1(address lostAndFound)
        await token.SendAsync("0x430239b4" + Word(64) + Word(96) + Word(0) + symbolText, cancellationToken); // initializeV2_2(address[], string symbol)
        await token.SendAsync("0x4e44d956" + Word(Administrator) + Word(BigInteger.Pow(2, 128)), cancellationToken); // configureMinter
        return token;
    }

    /// <summary>Gives an address tokens, in units of 10^-6.</summary>
    public Task MintAsync(string to, BigInteger units, CancellationToken cancellationToken) =>
        SendAsync("0x40c10f19" + Word(to) + Word(units), cancellationToken);

    /// <summary>Balance in units of 10^-6.</summary>
    public Task<BigInteger> BalanceAsync(string owner, CancellationToken cancellationToken) =>
        _node.ReadAsync(Address, "0x70a08231" + Word(owner), cancellationToken);

    private Task SendAsync(string data, CancellationToken cancellationToken) => _node.SendAsAsync(Administrator, Address, data, cancellationToken);

    /// <summary>A contract's runtime code, with the one library that it may need linked in.</summary>
    private static async Task<string> RuntimeCodeAsync(string packageFolder, string folder, string contract, CancellationToken cancellationToken)
    {
        var file = Path.Combine(packageFolder, "artifacts", "hardhat", "contracts", folder, $"{contract}.sol", $"{contract}.json");
        try
        {
            var artifact = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken));
            var code = artifact?["deployedBytecode"]?.GetValue<string>().ToCharArray() ?? throw new JsonException("no code.");
            foreach (var place in artifact["deployedLinkReferences"]?["contracts/util/SignatureChecker.sol"]?["SignatureChecker"]?.AsArray() ?? [])
            {
                SignatureChecker.AsSpan(2).CopyTo(code.AsSpan(2 + ((int)place!["start"]! * 2)));
            }

            return new string(code);
        }
        catch (Exception problem) when (problem is IOException or JsonException or InvalidOperationException)
        {
            throw new SandboxException($"{file} is not the compiled token: {problem.Message} Next: delete {packageFolder} and start the sandbox again.", problem);
        }
    }

    private static string Word(BigInteger value) => PlayNode.Hex(value)[2..].PadLeft(64, '0');

    private static string Word(string address) => address[2..].PadLeft(64, '0');

    private static string Text(string text)
    {
        var bytes = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
        return Word(bytes.Length / 2) + bytes.PadRight((bytes.Length + 63) / 64 * 64, '0');
    }
}
