using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Chains;

/// <summary>
/// A family of chains (EVM, Solana) as far as the guard's general parts need one. What spends on it is a planner and a
/// rail of its own, in the family's folder.
/// </summary>
internal interface IChainFamily : IDisposable
{
    /// <summary>The family's chains that the policy names and the table knows.</summary>
    IEnumerable<ChainId> OfPolicy { get; }

    /// <summary>Takes endpoints from another policy from now on; connections to others are made when they are first needed.</summary>
    void Use(PolicyDocument next);

    /// <summary>The name that arguments use for a chain; null for one of another family, or one that is not known.</summary>
    string? NameOf(ChainId chain);

    /// <summary>An address as this family writes it; null when it is none of the family's.</summary>
    string? Canonical(string address);

    /// <summary>How long to wait between looks at the chain.</summary>
    TimeSpan LookEvery(ChainId chain);

    /// <summary>Time of the newest final block, as enough endpoints tell it; null while there is none.</summary>
    /// <exception cref="GuardException">The chain cannot be asked.</exception>
    ValueTask<DateTimeOffset?> FinalTimeAsync(ChainId chain, CancellationToken ct);
}

/// <summary>The families by chain.</summary>
internal sealed class ChainFamilies(params IReadOnlyList<IChainFamily> families) : IDisposable
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(2);

    /// <summary>Every chain that the policy names and the table knows, with its family.</summary>
    public IEnumerable<(ChainId Chain, IChainFamily Family)> OfPolicy =>
        families.SelectMany(family => family.OfPolicy.Select(chain => (chain, family)));

    /// <summary>The name that arguments use for a chain; its CAIP-2 id when it has none.</summary>
    public string NameOf(ChainId chain) => Find(chain)?.NameOf(chain) ?? chain.ToString();

    /// <summary>An address as its family writes it.</summary>
    public string Canonical(string address) => families.Select(family => family.Canonical(address)).FirstOrDefault(text => text is not null) ?? address;

    /// <summary>How long to wait between looks at the chain.</summary>
    public TimeSpan LookEvery(ChainId chain) => Find(chain)?.LookEvery(chain) ?? s_usual;

    /// <summary>Takes endpoints from another policy from now on.</summary>
    public void Use(PolicyDocument next)
    {
        foreach (var family in families)
        {
            family.Use(next);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var family in families)
        {
            family.Dispose();
        }
    }

    private IChainFamily? Find(ChainId chain) => families.FirstOrDefault(family => family.NameOf(chain) is not null);
}
