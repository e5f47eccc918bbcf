using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Evm;
using CryptoMcp.Money;

namespace CryptoMcp.Reputation;

/// <summary>Where the ERC-8004 registries of a chain are.</summary>
public sealed record RegistrySet
{
    /// <summary>The chain.</summary>
    public required ChainId Chain { get; init; }

    /// <summary>Identity registry: an ERC-721 of agents.</summary>
    public required EvmAddress Identity { get; init; }

    /// <summary>Reputation registry: feedback by clients.</summary>
    public required EvmAddress Reputation { get; init; }

    /// <summary>Validation registry. Not official yet: whether it is deployed is found out by asking.</summary>
    public EvmAddress? Validation { get; init; }

    /// <summary>First block with code, where a scan of logs begins; 0 where it is not known.</summary>
    public ulong FromBlock { get; init; }
}

/// <summary>
/// The registries that are known: one set of addresses on all main networks, another on all test networks
/// (erc-8004/erc-8004-contracts). Which it is follows from this table, never from what a stranger says.
/// </summary>
public sealed class RegistryTable
{
    // Identity, reputation and validation registry, as the deployment script derives them by CREATE2.
    private static readonly (string Identity, string Reputation, string Validation) s_main =
        ("0x8004A169FB4a3325136EB29fA0ceB6D2e539a432", "0x8004BAa17C55a88189AE136b182e5fdA19dE9b63", "0x8004Cc8439f36fd5F9F049D9fF86523Df6dAAB58");

    private static readonly (string Identity, string Reputation, string Validation) s_test =
        ("0x8004A818BFB912233c491871b3d84c89A494BD9e", "0x8004B663056A597Dffe9eCcC1965A193B7388713", "0x8004Cb1BF31DAf7788923b405b754f57acEB4272");

    private static readonly ulong[] s_mainNetworks =
    [
        1, 8453, 42161, 10, 137, 43114, 56, 143, 534352, 100, 42220, 167000, 59144, 4326, 196, 2741, 5000, 1868, 2345, 1088, 295, 1187947933, 360,
    ];

    private static readonly ulong[] s_testNetworks =
    [
        11155111, 84532, 421614, 11155420, 80002, 43113, 97, 10143, 534351, 10200, 11142220, 167013, 6343, 59141, 1952, 11124, 5003, 1946, 48816,
        59902, 296, 324705682, 5042002, 11011, 31337,
    ];

    private static readonly Dictionary<ulong, ulong> s_fromBlock = new()
    {
        [1] = 24_339_871, [8453] = 41_663_783, [56] = 79_027_268, [42220] = 58_396_724, [137] = 82_458_484, [42161] = 428_895_443,
        [10] = 147_514_947, [100] = 44_505_010, [143] = 52_952_898, [11155111] = 9_980_000, [84532] = 37_174_254,
    };

    private readonly Dictionary<ChainId, RegistrySet> _sets = [];

    private RegistryTable()
    {
    }

    /// <summary>The official deployments.</summary>
    public static RegistryTable BuiltIn { get; } = Build();

    /// <summary>Chains with registries.</summary>
    public IReadOnlyCollection<ChainId> Chains => _sets.Keys;

    /// <summary>The same table with other deployments in place of, or beside, the official ones.</summary>
    public RegistryTable With(params ReadOnlySpan<RegistrySet> sets)
    {
        var table = new RegistryTable();
        foreach (var set in _sets.Values)
        {
            table._sets[set.Chain] = set;
        }

        foreach (var set in sets)
        {
            table._sets[set.Chain] = set;
        }

        return table;
    }

    /// <summary>The registries of a chain.</summary>
    public bool TryFind(ChainId chain, [NotNullWhen(true)] out RegistrySet? set) => _sets.TryGetValue(chain, out set);

    private static RegistryTable Build()
    {
        var table = new RegistryTable();
        Add(table, s_mainNetworks, s_main);
        Add(table, s_testNetworks, s_test);
        return table;
    }

    private static void Add(RegistryTable table, ulong[] chains, (string Identity, string Reputation, string Validation) addresses)
    {
        foreach (var number in chains)
        {
            var chain = ChainId.Evm(number);
            table._sets[chain] = new()
            {
                Chain = chain,
                Identity = EvmAddress.Parse(addresses.Identity),
                Reputation = EvmAddress.Parse(addresses.Reputation),
                Validation = EvmAddress.Parse(addresses.Validation),
                FromBlock = s_fromBlock.GetValueOrDefault(number),
            };
        }
    }
}
