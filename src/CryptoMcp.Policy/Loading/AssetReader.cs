using CryptoMcp.Money;

namespace CryptoMcp.Policy.Loading;

/// <summary>The section <c>assets</c>.</summary>
internal static class AssetReader
{
    public static void ReadAll(ObjectReader root, ReadContext context)
    {
        if (root.Required("assets", "{ \"USDC\": { \"decimals\": 6, \"on\": { … } } }") is not { } assets)
        {
            return;
        }

        var ids = new Dictionary<AssetId, string>();
        foreach (var entry in Read.Entries(assets, context.Mistakes, "a symbol and its asset"))
        {
            if (!Grammar.IsSymbol(entry.Name) || entry.Name == Usd.Symbol)
            {
                context.Mistakes.Add(
                    entry, $"{Shown.Quote(entry.Name)} cannot be a symbol. Write {Grammar.SymbolForm}; 'USD' is kept for dollars.");
            }

            if (ReadOne(entry, context, ids) is { } asset)
            {
                context.Assets[entry.Name] = asset;
            }
        }
    }

    private static PolicyAsset? ReadOne(JsonAt.Member entry, ReadContext context, Dictionary<AssetId, string> ids)
    {
        var reader = ObjectReader.Open(entry.Value, context.Mistakes, "decimals", "on", "eip712", "usdAtLeast");
        if (reader is null)
        {
            return null;
        }

        var decimals = reader.Integer("decimals", 0, 24);
        var on = new Dictionary<ChainId, Asset>();
        if (reader.Required("on", "{ \"eip155:8453\": \"native\" }") is { } places)
        {
            foreach (var place in Read.Entries(places, context.Mistakes, "a chain, and 'native' or the token's address"))
            {
                ReadPlace(place, entry.Name, decimals ?? 0, context, ids, on);
            }
        }

        var (domain, domains) = ReadDomains(reader, context, on);
        return new()
        {
            Symbol = entry.Name, Decimals = decimals ?? 0, UsdAtLeast = ReadFloor(reader, context), On = on, Eip712 = domain,
            Eip712On = domains,
        };
    }

    private static void ReadPlace(
        JsonAt.Member place, string symbol, int decimals, ReadContext context, Dictionary<AssetId, string> ids, Dictionary<ChainId,
        Asset> on)
    {
        if (!context.TryChain(place, out var chain))
        {
            return;
        }

        context.Chains.Add(chain);
        AssetId id;
        if (place.Value is { Kind: JsonKind.Text, Text: "native" })
        {
            id = AssetId.Native(chain);
        }
        else if (context.Address(place.Value, chain) is { } address)
        {
            id = AssetId.Token(chain, address);
        }
        else
        {
            return;
        }

        if (!ids.TryAdd(id, symbol))
        {
            context.Mistakes.Add(place.Value, $"This asset is already listed as {Shown.Quote(ids[id])}. List it once.");
        }

        on[chain] = new Asset(id, symbol, decimals);
    }

    private static Usd? ReadFloor(ObjectReader reader, ReadContext context)
    {
        if (reader.Text("usdAtLeast", "\"1.00\"", required: false) is not { } text)
        {
            return null;
        }

        try
        {
            var floor = Usd.Parse(text);
            if (floor.Units.IsZero)
            {
                context.Mistakes.Add(
                    reader.Optional("usdAtLeast")!,
                    "A floor of 0 would let the asset leave unmeasured. Write a value above 0, or leave 'usdAtLeast' out.");
            }

            return floor;
        }
        catch (MoneyFormatException problem)
        {
            context.Mistakes.Add(reader.Optional("usdAtLeast")!, problem.Message);
            return null;
        }
    }

    private static (Eip712Domain? Everywhere, Dictionary<ChainId, Eip712Domain> On) ReadDomains(
        ObjectReader reader, ReadContext context, Dictionary<ChainId, Asset> on)
    {
        var byChain = new Dictionary<ChainId, Eip712Domain>();
        if (reader.Optional("eip712") is not { } value)
        {
            return (null, byChain);
        }

        if (value.Members.Count == 0 || !value.Members.All(member => member.Name.Contains(':', StringComparison.Ordinal)))
        {
            return (ReadDomain(value, context), byChain);
        }

        foreach (var entry in value.Members)
        {
            if (context.TryChain(entry, out var chain) && ReadDomain(entry.Value, context) is { } domain)
            {
                byChain[chain] = domain;
                if (!on.ContainsKey(chain))
                {
                    context.Mistakes.Add(entry, $"The asset is not listed on {chain}. Add the chain under 'on', or remove this entry.");
                }
            }
        }

        return (null, byChain);
    }

    private static Eip712Domain? ReadDomain(JsonAt value, ReadContext context)
    {
        var reader = ObjectReader.Open(value, context.Mistakes, "name", "version");
        return reader?.Text("name", "\"USD Coin\"") is { } name && reader.Text("version", "\"2\"") is { } version ? new(name, version)
            : null;
    }
}
