using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Solana;

/// <summary>
/// A user's cluster entry in <c>chains.json</c>, told from an EVM chain by its id, which is text:
/// <code>
/// {"id": "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1", "name": "my-cluster", "title": "My cluster", "test": true,
///  "rpc": ["http://127.0.0.1:8899"], "slotMs": 400,
///  "tokens": [{"symbol": "USDC", "mint": "4zMM…", "decimals": 6, "token2022": false}]}
/// </code>
/// Required for a new cluster: <c>id</c>, <c>name</c>, <c>rpc</c>. Unknown and duplicate members are refused.
/// </summary>
internal sealed class ClusterFile
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly JsonElement _entry;

    private ClusterFile(JsonElement entry, ChainId id)
    {
        _entry = entry;
        Id = id;
        Refuse(entry, "id", "name", "title", "test", "rpc", "slotMs", "tokens");
    }

    public ChainId Id { get; }

    /// <summary>The entries about Solana; others are for other readers.</summary>
    public static List<ClusterFile> Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
            var root = document.RootElement.Clone();
            var list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("chains", out var chains) ? chains : root;
            var entries = new List<ClusterFile>();
            foreach (var entry in SolanaJson.Items(list))
            {
                if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String)
                {
                    entries.Add(ChainId.TryParse(id.GetString(), out var chain) && chain.IsSolana && chain.Reference.Length == 32
                        ? new(entry, chain)
                        : throw new SolanaFormatException($"{UntrustedText.Quote(id.GetString())} is no Solana cluster: write 'solana:' and the first 32 characters of its genesis hash."));
                }
            }

            return entries;
        }
        catch (JsonException error)
        {
            throw new SolanaFormatException("The chains are not valid JSON: check the syntax; a member may occur only once.", error);
        }
    }

    public SolanaCluster ToCluster()
    {
        var name = Text("name") ?? throw Wrong("has no 'name'");
        return ApplyTo(new()
        {
            Id = Id,
            Name = name,
            Title = Text("title") ?? name,
            IsTestNetwork = false,
            RpcUrls = SolanaJson.Optional(_entry, "rpc") is not null ? [] : throw Wrong("has no 'rpc'"),
        });
    }

    public SolanaCluster ApplyTo(SolanaCluster cluster) => cluster with
    {
        Name = Text("name") ?? cluster.Name,
        Title = Text("title") ?? cluster.Title,
        IsTestNetwork = SolanaJson.Optional(_entry, "test") is { } test ? SolanaJson.Flag(test) : cluster.IsTestNetwork,
        RpcUrls = SolanaJson.Optional(_entry, "rpc") is { } urls ? [.. SolanaJson.Items(urls).Select(Url)] : cluster.RpcUrls,
        SlotTime = SolanaJson.Optional(_entry, "slotMs") is { } slot ? TimeSpan.FromMilliseconds(SolanaJson.Number(slot)) : cluster.SlotTime,
        Tokens = SolanaJson.Optional(_entry, "tokens") is { } tokens ? [.. SolanaJson.Items(tokens).Select(Token)] : cluster.Tokens,
    };

    private SolanaToken Token(JsonElement value)
    {
        Refuse(value, "symbol", "mint", "decimals", "token2022");
        var decimals = SolanaJson.Number(SolanaJson.Member(value, "decimals"));
        return SolanaToken.Create(
            Id,
            SolanaJson.Text(SolanaJson.Member(value, "symbol")),
            SolanaJson.Key(SolanaJson.Member(value, "mint")).ToString(),
            decimals <= 18 ? (int)decimals : throw Wrong("has a token with more than 18 decimals"),
            SolanaJson.Optional(value, "token2022") is { } flag && SolanaJson.Flag(flag) ? ProgramIds.Token2022 : ProgramIds.Token);
    }

    private Uri Url(JsonElement value) =>
        Uri.TryCreate(SolanaJson.Text(value), UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? url
            : throw Wrong("has an 'rpc' that is no http address");

    private string? Text(string name) => SolanaJson.Optional(_entry, name) is { } value ? SolanaJson.Text(value) : null;

    private void Refuse(JsonElement value, params ReadOnlySpan<string> known)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                throw Wrong($"has a member that is not known: {UntrustedText.Quote(member.Name)}");
            }
        }
    }

    private SolanaFormatException Wrong(string what) => new($"The entry of {Id} {what}. docs/chains.md shows the form.");
}
