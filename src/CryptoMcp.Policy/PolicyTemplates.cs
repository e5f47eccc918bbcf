using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>Policies to start from, as bytes of a policy file.</summary>
public static class PolicyTemplates
{
    /// <summary>Small payments to paid APIs on their own, larger ones and transfers to payees with approval.</summary>
    public const string ResearchAgent = "research-agent";

    /// <summary>Payments to named payees only, small ones on their own, with waits and an approval above.</summary>
    public const string Treasury = "treasury";

    /// <summary>x402 payments only, each small.</summary>
    public const string PaidApiBuyer = "paid-api-buyer";

    /// <summary>Nothing leaves.</summary>
    public const string ReadOnly = "read-only";

    /// <summary>The cautious default of a first start: small transfers to anyone, meant for test networks.</summary>
    public const string TestNetworks = "test-networks";

    /// <summary>Gas for settling other people's x402 payments, and nothing else.</summary>
    public const string Facilitator = "facilitator";

    /// <summary>Names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [ResearchAgent, Treasury, PaidApiBuyer, ReadOnly, TestNetworks, Facilitator];

    /// <summary>Fills in a template.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="wallets">Wallet name to address.</param>
    /// <param name="chains">Chains with their assets, at least one.</param>
    /// <param name="now">Creation time; the policy expires a year later.</param>
    /// <returns>The file's bytes, which load.</returns>
    /// <exception cref="ArgumentException">No such template.</exception>
    /// <exception cref="PolicyException">The parts do not make a policy.</exception>
    public static byte[] Create(
        string name, IReadOnlyDictionary<string, string> wallets, IReadOnlyList<TemplateChain> chains, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(wallets);
        ArgumentNullException.ThrowIfNull(chains);
        var draft = TemplateDraft.For(name, chains);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(
            buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("policy", PolicyDocument.Format);
            writer.WriteString("name", draft.Title);
            writer.WriteNumber("revision", 1);
            writer.WriteString(
                "expires", now.ToUniversalTime().AddYears(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            writer.WriteStartObject("wallets");
            foreach (var (wallet, address) in wallets)
            {
                writer.WriteString(wallet, address);
            }

            writer.WriteEndObject();
            WriteAssets(writer, chains);
            writer.WriteStartObject("payees");
            writer.WriteEndObject();
            WriteRaw(writer, "budgets", draft.Budgets);
            WriteRaw(writer, "rules", draft.Rules);
            WriteLimits(writer, chains, draft);
            writer.WritePropertyName("approval");
            writer.WriteRawValue(TemplateDraft.Approval);
            WriteRpc(writer, chains);
            writer.WritePropertyName("changes");
            writer.WriteRawValue(draft.Changes);
            writer.WriteEndObject();
        }

        // Loaded and printed: what leaves here is known to load, in the canonical form.
        return PolicyDocument.Load(buffer.WrittenMemory).Print();
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, IReadOnlyList<string> items)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteRawValue(item);
        }

        writer.WriteEndArray();
    }

    private static void WriteAssets(Utf8JsonWriter writer, IReadOnlyList<TemplateChain> chains)
    {
        writer.WriteStartObject("assets");
        foreach (var group in chains.SelectMany(chain => chain.Assets).GroupBy(asset => asset.Asset.Symbol))
        {
            writer.WriteStartObject(group.Key);
            writer.WriteNumber("decimals", group.First().Asset.Decimals);
            // Where chains name different floors, the highest holds: it can only count a spend as dearer.
            writer.WriteString("usdAtLeast", group.MaxBy(asset => Usd.Parse(asset.UsdAtLeast))!.UsdAtLeast);
            if (group.Any(asset => asset.Eip712 is not null))
            {
                writer.WriteStartObject("eip712");
                foreach (var asset in group.Where(asset => asset.Eip712 is not null))
                {
                    writer.WriteStartObject(asset.Asset.Chain.ToString());
                    writer.WriteString("name", asset.Eip712!.Name);
                    writer.WriteString("version", asset.Eip712.Version);
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
            }

            writer.WriteStartObject("on");
            foreach (var asset in group)
            {
                writer.WriteString(asset.Asset.Chain.ToString(), asset.Asset.Id.IsNative ? "native" : asset.Asset.Id.Reference);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter writer, IReadOnlyList<TemplateChain> chains, TemplateDraft draft)
    {
        writer.WriteStartObject("limits");
        writer.WriteStartObject("fee");
        foreach (var chain in chains)
        {
            writer.WriteString(chain.Chain.ToString(), chain.FeeCap);
        }

        writer.WriteEndObject();
        PolicyPrinter.WriteOptional(writer, "oneSignature", draft.OneSignature);
        writer.WriteString("authorizationLifetime", "120s");
        writer.WriteNumber("openAuthorizations", draft.OpenAuthorizations);
        writer.WriteString("tokenApproval", draft.TokenApproval);
        PolicyPrinter.WriteOptional(writer, "newPayeeWait", draft.NewPayeeWait);
        writer.WriteEndObject();
    }

    private static void WriteRpc(Utf8JsonWriter writer, IReadOnlyList<TemplateChain> chains)
    {
        writer.WriteStartObject("rpc");
        foreach (var chain in chains)
        {
            writer.WriteStartObject(chain.Chain.ToString());
            writer.WriteStartArray("urls");
            foreach (var url in chain.RpcUrls)
            {
                writer.WriteStringValue(url.AbsoluteUri);
            }

            writer.WriteEndArray();
            writer.WriteNumber("agree", Math.Min(2, chain.RpcUrls.Count));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}

/// <summary>A chain as a template needs it.</summary>
/// <param name="Chain">Chain.</param>
/// <param name="Assets">Its own coin and the tokens that the policy may spend.</param>
/// <param name="FeeCap">Largest fee of one signature, as text: <c>0.002 ETH</c>.</param>
/// <param name="RpcUrls">Endpoints, at least one.</param>
public sealed record TemplateChain(ChainId Chain, IReadOnlyList<TemplateAsset> Assets, string FeeCap, IReadOnlyList<Uri> RpcUrls);

/// <summary>An asset as a template needs it.</summary>
/// <param name="Asset">Id, symbol and decimals.</param>
/// <param name="UsdAtLeast">Floor value of one whole unit, such as <c>1.00</c>.</param>
/// <param name="Eip712">The token's EIP-712 domain on this chain, if payments are to be signed with it.</param>
public sealed record TemplateAsset(Asset Asset, string UsdAtLeast, Eip712Domain? Eip712 = null);
