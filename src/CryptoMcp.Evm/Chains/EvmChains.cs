using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CryptoMcp.Money;

namespace CryptoMcp.Evm;

/// <summary>The chains that a program knows: the built-in ones and those that its owner added or changed.</summary>
public sealed class EvmChains
{
    private readonly FrozenDictionary<string, EvmChain> _byName;
    private readonly FrozenDictionary<ChainId, EvmChain> _byId;

    private EvmChains(IReadOnlyList<EvmChain> chains)
    {
        All = chains;
        _byId = chains.ToFrozenDictionary(chain => chain.Id);
        var names = new Dictionary<string, EvmChain>(StringComparer.OrdinalIgnoreCase);
        foreach (var chain in chains)
        {
            foreach (var name in chain.Aliases.Prepend(chain.Name))
            {
                if (!names.TryAdd(name, chain))
                {
                    throw new EvmFormatException(
                        $"The name {UntrustedText.Quote(name)} stands for both {names[name]} and {chain}. Rename one of them.");
                }
            }
        }

        _byName = names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The built-in chains alone.</summary>
    public static EvmChains BuiltIn { get; } = new(BuiltInChains.All);

    /// <summary>All chains: the built-in ones first.</summary>
    public IReadOnlyList<EvmChain> All { get; }

    /// <summary>
    /// The built-in chains with a user's entries, a JSON array or <c>{"chains": [...]}</c>. An entry whose id is
    /// built in replaces what it names (such as <c>rpc</c>) and keeps the rest; another id adds a chain.
    /// See <see cref="ChainFile"/> for the members.
    /// </summary>
    /// <exception cref="EvmFormatException">The JSON is malformed, or an entry is incomplete or contradicts another.</exception>
    public static EvmChains Load(ReadOnlyMemory<byte> userJson)
    {
        var chains = BuiltInChains.All.ToList();
        var seen = new HashSet<ChainId>();
        foreach (var entry in ChainFile.Read(userJson))
        {
            if (!seen.Add(entry.Id))
            {
                throw new EvmFormatException($"Chain {entry.Id} is listed twice. Keep one entry.");
            }

            var known = chains.FindIndex(chain => chain.Id == entry.Id);
            if (known >= 0)
            {
                chains[known] = entry.ApplyTo(chains[known]);
            }
            else
            {
                chains.Add(entry.ToChain());
            }
        }

        return new(chains);
    }

    /// <summary>The built-in chains and further ones, which replace built-in chains of the same id.</summary>
    public static EvmChains With(params IEnumerable<EvmChain> further)
    {
        var added = further.ToList();
        return new([.. BuiltInChains.All.Where(chain => added.All(other => other.Id != chain.Id)), .. added]);
    }

    /// <summary>The chain with this id.</summary>
    public bool TryFind(ChainId id, [NotNullWhen(true)] out EvmChain? chain) => _byId.TryGetValue(id, out chain);

    /// <summary>The chain that a text names: <c>base</c>, an alias, <c>eip155:8453</c> or <c>8453</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="problem">When there is none: what is wrong, and which names there are.</param>
    public bool TryFind(string? text, [NotNullWhen(true)] out EvmChain? chain, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (text is not null && (_byName.TryGetValue(text, out chain)
            || (ChainId.TryParse(text, out var id) && _byId.TryGetValue(id, out chain))
            || (IsNumber(text) && _byId.TryGetValue(ChainId.Parse($"{ChainId.Eip155}:{text}"), out chain))))
        {
            return true;
        }

        chain = null;
        problem = $"{UntrustedText.Quote(text)} is no chain that is configured here. "
            + $"Known: {string.Join(", ", All.Select(known => known.Name))}; "
            + "a CAIP-2 id such as 'eip155:8453' works too.";
        return false;
    }

    /// <inheritdoc cref="TryFind(string?, out EvmChain?, out string?)"/>
    /// <exception cref="EvmFormatException">There is no such chain; the message lists the names.</exception>
    public EvmChain Find(string? text) => TryFind(text, out var chain, out var problem) ? chain : throw new EvmFormatException(problem);

    private static bool IsNumber(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        && text[0] != '0';
}
