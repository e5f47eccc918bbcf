using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Evm;

/// <summary>
/// A user's chain entry in JSON:
/// <code>
/// {"id": 31337, "name": "sandbox", "title": "Sandbox", "test": true, "rpc": ["http://127.0.0.1:8545"],
///  "native": {"symbol": "ETH"}, "finality": {"depth": 1}, "blockTimeMs": 1000, "opStack": false,
///  "multicall3": "0x…", "explorer": "https://…",
///  "tokens": [{"symbol": "USDC", "address": "0x…", "decimals": 6, "domain": {"name": "USDC", "version": "2"}}]}
/// </code>
/// Required for a new chain: <c>id</c>, <c>name</c>, <c>rpc</c>. Unknown and duplicate members are refused, so that a
/// misspelt <c>finalty</c> does not silently leave the default.
/// </summary>
internal sealed class ChainFile
{
    private readonly JsonElement _entry;

    private ChainFile(JsonElement entry)
    {
        _entry = entry;
        Refuse(entry, "chain", "id", "name", "title", "aliases", "test", "rpc", "native", "finality", "blockTimeMs", "opStack",
            "multicall3", "explorer", "tokens");
        Id = ChainId.Evm(entry.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetUInt64(out var number)
            && number > 0
            ? number
            : throw new EvmFormatException("A chain entry has no 'id': write the EIP-155 number, such as 31337."));
    }

    /// <summary>The chain that the entry is about.</summary>
    public ChainId Id { get; }

    public static List<ChainFile> Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonText.Parse(json);
        var root = document.RootElement.Clone();
        var list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("chains", out var chains) ? chains : root;
        return list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(entry => !IsOfOtherFamily(entry)).Select(entry => new ChainFile(entry))]
            : throw new EvmFormatException("Chains are a JSON array of entries, or an object with the member 'chains'.");
    }

    /// <summary>Entries of other families have a CAIP-2 id in text; their own reader checks them.</summary>
    private static bool IsOfOtherFamily(JsonElement entry) => entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out var id)
        && id.ValueKind == JsonValueKind.String && ChainId.TryParse(id.GetString(), out var chain) && !chain.IsEvm;

    /// <summary>A chain of its own.</summary>
    public EvmChain ToChain()
    {
        var name = Text(_entry, "name") ?? throw Wrong("has no 'name'");
        return ApplyTo(new EvmChain
        {
            Id = Id,
            Name = name,
            Title = Text(_entry, "title") ?? name,
            IsTestNetwork = false,
            RpcUrls = _entry.TryGetProperty("rpc", out _) ? [] : throw Wrong("has no 'rpc'"),
            Native = new(AssetId.Native(Id), "ETH", 18),
        });
    }

    /// <summary>The chain with what the entry names replaced.</summary>
    public EvmChain ApplyTo(EvmChain chain) => chain with
    {
        Name = Name() ?? chain.Name,
        Title = Text(_entry, "title") ?? chain.Title,
        Aliases = _entry.TryGetProperty("aliases", out _) ? Texts("aliases") : chain.Aliases,
        IsTestNetwork = Flag("test") ?? chain.IsTestNetwork,
        RpcUrls = _entry.TryGetProperty("rpc", out _) ? [.. Texts("rpc").Select(Endpoint)] : chain.RpcUrls,
        Native = NativeAsset() ?? chain.Native,
        Finality = FinalityOf() ?? chain.Finality,
        BlockTime = Number(_entry, "blockTimeMs") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : chain.BlockTime,
        IsOpStack = Flag("opStack") ?? chain.IsOpStack,
        Multicall3 = Text(_entry, "multicall3") is { } address ? EvmAddress.Parse(address) : chain.Multicall3,
        Explorer = Text(_entry, "explorer") is { } url ? Endpoint(url) : chain.Explorer,
        Tokens = _entry.TryGetProperty("tokens", out var tokens) ? Tokens(tokens) : chain.Tokens,
    };

    private string? Name()
    {
        var name = Text(_entry, "name");
        return name is null || (name.Length is >= 1 and <= 40 && char.IsAsciiLetterLower(name[0])
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            ? name
            : throw Wrong("has a 'name' that is not lower-case letters, digits and hyphens");
    }

    private Asset? NativeAsset()
    {
        if (!_entry.TryGetProperty("native", out var native))
        {
            return null;
        }

        Refuse(native, "native", "symbol", "decimals");
        return Number(native, "decimals") is null or 18
            ? new(AssetId.Native(Id), Symbol(native), 18)
            : throw Wrong("has a 'native' coin with other than 18 decimals, which no EVM chain has");
    }

    private FinalityRule? FinalityOf()
    {
        if (!_entry.TryGetProperty("finality", out var finality))
        {
            return null;
        }

        if (finality.ValueKind == JsonValueKind.Object)
        {
            Refuse(finality, "finality", "depth");
            return FinalityRule.AtDepth(Number(finality, "depth") ?? throw Wrong("has a 'finality' without 'depth'"));
        }

        return (finality.ValueKind == JsonValueKind.String ? JsonText.Of(finality, "finality") : null) switch
        {
            "finalized" => FinalityRule.Finalized,
            "safe" => FinalityRule.Safe,
            _ => throw Wrong("has a 'finality' that is neither \"finalized\", \"safe\" nor {\"depth\": n}"),
        };
    }

    private List<EvmToken> Tokens(JsonElement tokens)
    {
        var list = new List<EvmToken>();
        foreach (var token in tokens.ValueKind == JsonValueKind.Array
            ? tokens.EnumerateArray()
            : throw Wrong("has 'tokens' that are no array"))
        {
            Refuse(token, "token", "symbol", "address", "decimals", "domain");
            var symbol = Symbol(token);
            var address = EvmAddress.Parse(Text(token, "address") ?? throw Wrong($"has a token {symbol} without 'address'"));
            var decimals = Number(token, "decimals") is { } number and <= 36
                ? (int)number
                : throw Wrong($"has a token {symbol} without 'decimals' from 0 to 36");
            if (list.Exists(other => other.Asset.Symbol == symbol || other.Address == address))
            {
                throw Wrong($"lists the token {symbol} or its address twice");
            }

            list.Add(EvmToken.Create(Id, symbol, address, decimals, Domain(token)));
        }

        return list;
    }

    private TokenDomain? Domain(JsonElement token)
    {
        if (!token.TryGetProperty("domain", out var domain))
        {
            return null;
        }

        Refuse(domain, "domain", "name", "version");
        return new(Text(domain, "name") ?? throw Wrong("has a token domain without 'name'"),
            Text(domain, "version") ?? throw Wrong("has a token domain without 'version'"));
    }

    private string Symbol(JsonElement of)
    {
        var symbol = Text(of, "symbol") ?? throw Wrong("has a coin or token without 'symbol'");
        return symbol.Length is >= 1 and <= 12 && symbol.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? symbol
            : throw Wrong("has a symbol that is not 1 to 12 letters, digits, points, hyphens or underscores");
    }

    private Uri Endpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
        && (url.Scheme == "https" || url.IsLoopback)
            ? url
            : throw Wrong($"has the address {UntrustedText.Quote(text)}: expected https, or http to this machine, without credentials");

    private List<string> Texts(string member)
    {
        var array = _entry.GetProperty(member);
        return array.ValueKind == JsonValueKind.Array && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. array.EnumerateArray().Select(item => JsonText.Of(item, member))]
            : throw Wrong($"has '{member}' that is no array of texts");
    }

    private bool? Flag(string member) => !_entry.TryGetProperty(member, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong($"has '{member}' that is neither true nor false"),
    };

    private string? Text(JsonElement of, string member) => !of.TryGetProperty(member, out var value)
        ? null
        : value.ValueKind == JsonValueKind.String ? JsonText.Of(value, member) : throw Wrong($"has '{member}' that is no text");

    private ulong? Number(JsonElement of, string member) => !of.TryGetProperty(member, out var value)
        ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number) && number <= uint.MaxValue
            ? number
            : throw Wrong($"has '{member}' that is no whole number");

    private EvmFormatException Wrong(string what) => new($"Chain {Id} {what}.");

    private static void Refuse(JsonElement of, string kind, params ReadOnlySpan<string> known)
    {
        if (of.ValueKind != JsonValueKind.Object)
        {
            throw new EvmFormatException($"A {kind} entry is not a JSON object.");
        }

        foreach (var member in of.EnumerateObject())
        {
            if (!known.Contains(JsonText.NameOf(member)))
            {
                var name = UntrustedText.Quote(JsonText.NameOf(member));
                throw new EvmFormatException($"A {kind} entry has the unknown member {name}. Known: {string.Join(", ", known.ToArray())}.");
            }
        }
    }
}
