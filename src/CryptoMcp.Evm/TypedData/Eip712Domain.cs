using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// An EIP-712 domain: what a signature is bound to. Only the members that are set take part, in this order. A domain
/// without a chain id is valid on every chain: refuse to sign in it.
/// </summary>
public sealed record Eip712Domain
{
    private static readonly Eip712Types?[] s_types = new Eip712Types?[32];

    /// <summary>Name of the application or token.</summary>
    public string? Name { get; init; }

    /// <summary>Version of the domain.</summary>
    public string? Version { get; init; }

    /// <summary>EIP-155 chain id.</summary>
    public BigInteger? ChainId { get; init; }

    /// <summary>The contract that checks the signature.</summary>
    public EvmAddress? VerifyingContract { get; init; }

    /// <summary>A further distinction.</summary>
    public Hash32? Salt { get; init; }

    /// <summary>The domain of a pinned token, or null when its name and version are not known for certain.</summary>
    public static Eip712Domain? Of(EvmToken token) => token.Domain is null ? null : new()
    {
        Name = token.Domain.Name,
        Version = token.Domain.Version,
        ChainId = token.Asset.Chain.EvmNumber,
        VerifyingContract = token.Address,
    };

    /// <summary>The domain separator: the hash of the domain as a struct.</summary>
    public Hash32 Separator()
    {
        var values = new List<AbiValue>(5);
        foreach (var (name, _) in Members())
        {
            values.Add(name switch
            {
                "name" => Name!,
                "version" => Version!,
                "chainId" => ChainId!.Value,
                "verifyingContract" => VerifyingContract!.Value,
                _ => Salt!.Value,
            });
        }

        return Types().HashStruct(Eip712Types.DomainType, AbiValue.List([.. values]));
    }

    /// <summary>The members that are set, as the domain's struct type lists them.</summary>
    internal IReadOnlyList<(string Name, string Type)> Members()
    {
        var members = new List<(string, string)>();
        if (Name is not null)
        {
            members.Add(("name", "string"));
        }

        if (Version is not null)
        {
            members.Add(("version", "string"));
        }

        if (ChainId is not null)
        {
            members.Add(("chainId", "uint256"));
        }

        if (VerifyingContract is not null)
        {
            members.Add(("verifyingContract", "address"));
        }

        if (Salt is not null)
        {
            members.Add(("salt", "bytes32"));
        }

        return members;
    }

    /// <summary>
    /// The domain's struct type follows from which members are set, so there are 32 at most; two threads may make the same one.
    /// </summary>
    private Eip712Types Types()
    {
        var present = (Name is null ? 0 : 1) | (Version is null ? 0 : 2) | (ChainId is null ? 0 : 4)
            | (VerifyingContract is null ? 0 : 8) | (Salt is null ? 0 : 16);
        return s_types[present] ??= new(new Dictionary<string, IReadOnlyList<(string, string)>> { [Eip712Types.DomainType] = Members() });
    }
}
