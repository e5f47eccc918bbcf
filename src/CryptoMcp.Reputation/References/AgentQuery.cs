using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>What a text that names an agent turned out to be.</summary>
public abstract record AgentQuery
{
    private AgentQuery()
    {
    }

    /// <summary>An agent, fully named.</summary>
    /// <param name="Reference">Registry and id.</param>
    public sealed record Agent(AgentReference Reference) : AgentQuery;

    /// <summary>A wallet or owner, whose agents are to be found.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Chain">Where, when the text says it.</param>
    public sealed record Wallet(EvmAddress Address, EvmChain? Chain) : AgentQuery;

    /// <summary>An ENS name.</summary>
    /// <param name="Ens">The name.</param>
    public sealed record Name(EnsName Ens) : AgentQuery;

    /// <summary>A host that may serve <c>/.well-known/agent-registration.json</c>.</summary>
    /// <param name="Host">Host name.</param>
    public sealed record Domain(string Host) : AgentQuery;

    /// <summary>
    /// Reads what people write: <c>eip155:8453:0x8004…/22</c> (also with <c>#</c>), <c>eip155:8453:22</c>, <c>8453:22</c>,
    /// <c>base:22</c>, <c>base:8453:22</c>, <c>eip155:8453:0xwallet</c>, an address, an ENS name, a domain or its https address.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="chains">Chains by name and id.</param>
    /// <param name="table">Registries, for texts that name none.</param>
    /// <param name="query">What it is.</param>
    /// <param name="problem">Otherwise what is wrong, in our own words.</param>
    public static bool TryParse(
        string text, EvmChains chains, RegistryTable table, [NotNullWhen(true)] out AgentQuery? query, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(chains);
        ArgumentNullException.ThrowIfNull(table);
        (query, problem) = Parse(text.Trim(), chains, table);
        return query is not null;
    }

    private static (AgentQuery?, string?) Parse(string text, EvmChains chains, RegistryTable table)
    {
        if (text.Length is 0 or > 300)
        {
            return (null, "The text is empty or too long for an agent.");
        }

        if (text.StartsWith("sol:", StringComparison.Ordinal) || text.StartsWith("solana:", StringComparison.Ordinal))
        {
            return (null, "Agents on Solana are not read yet; only EVM registries are.");
        }

        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return EvmAddress.TryParse(text, out var address, out var wrong) ? (new Wallet(address, null), null) : (null, wrong);
        }

        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var url) ? (new Domain(url.IdnHost), null) : (null, "That is no web address.");
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return ParseParts(text, chains, table);
        }

        if (text.EndsWith(".eth", StringComparison.OrdinalIgnoreCase))
        {
            return EnsName.TryParse(text, out var name, out var wrong) ? (new Name(name), null) : (null, wrong);
        }

        return text.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(text) == UriHostNameType.Dns
            ? (new Domain(text.ToLowerInvariant()), null)
            : (null, $"{UntrustedText.Quote(text)} names no agent: expected a form such as base:22, an address, an ENS name or a domain.");
    }

    private static (AgentQuery?, string?) ParseParts(string text, EvmChains chains, RegistryTable table)
    {
        var parts = text.Split(':');
        var isCaip = parts[0] == "eip155";
        var chainText = isCaip && parts.Length > 1 ? $"eip155:{parts[1]}" : parts[0];
        if (!chains.TryFind(chainText, out var chain, out var unknown))
        {
            return (null, unknown);
        }

        var rest = parts.AsSpan(isCaip ? 2 : 1);

        // agent0 writes both the chain's name and its number: base:8453:22.
        if (!isCaip && rest.Length == 2 && rest[0] == chain.Id.Reference)
        {
            rest = rest[1..];
        }

        if (rest.Length != 1)
        {
            return (null, $"{UntrustedText.Quote(text)} names no agent: expected a form such as {chain.Id}:22.");
        }

        var last = rest[0];
        var cut = last.AsSpan().IndexOfAny('/', '#');
        if (cut < 0 && last.StartsWith("0x", StringComparison.Ordinal))
        {
            return EvmAddress.TryParse(last, out var wallet, out var wrong) ? (new Wallet(wallet, chain), null) : (null, wrong);
        }

        EvmAddress? registry = null;
        if (cut >= 0)
        {
            if (!EvmAddress.TryParse(last[..cut], out var named, out var wrong))
            {
                return (null, wrong);
            }

            registry = named;
        }
        else if (table.TryFind(chain.Id, out var set))
        {
            registry = set.Identity;
        }

        if (AgentReference.ParseId(last.AsSpan(cut + 1)) is not { } id)
        {
            return (null, $"{UntrustedText.Quote(last)} holds no agent id: expected a decimal number.");
        }

        return registry is { } at
            ? (new Agent(new(chain.Id, at, id)), null)
            : (null, $"No agent registry is known on {chain.Name}; name it, as {chain.Id}:0x…/{id}.");
    }
}
