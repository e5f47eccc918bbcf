using CryptoMcp.Money;

namespace CryptoMcp.Policy;

/// <summary>Policies to start from, as bytes of a policy file.</summary>
public static class PolicyTemplates
{
    /// <summary>Names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["research-agent", "treasury", "paid-api-buyer", "read-only", "test-networks"];

    /// <summary>Fills in a template.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="wallets">Wallet name to address.</param>
    /// <param name="chains">Chains with their assets.</param>
    /// <param name="now">Creation time; the policy expires a year later.</param>
    /// <returns>The file's bytes, which load.</returns>
    /// <exception cref="ArgumentException">No such template, or the parts do not make a policy.</exception>
    public static byte[] Create(
        string name, IReadOnlyDictionary<string, string> wallets, IReadOnlyList<TemplateChain> chains, DateTimeOffset now) =>
        throw new NotImplementedException($"{name} {wallets} {chains} {now}");
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
