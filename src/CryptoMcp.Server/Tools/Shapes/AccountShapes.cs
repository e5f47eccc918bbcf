using System.ComponentModel;

namespace CryptoMcp.Server.Tools.Shapes;

/// <summary>Answer of <c>wallet_accounts</c>.</summary>
public sealed record AccountsResult
{
    /// <summary>The wallets that the guard knows.</summary>
    public required IReadOnlyList<AccountShape> Accounts { get; init; }
}

/// <summary>A wallet and where it can act.</summary>
public sealed record AccountShape
{
    /// <summary>Name in the policy; what other tools take as <c>wallet</c>.</summary>
    public required string Wallet { get; init; }

    /// <summary>The address, checksummed.</summary>
    public required string Address { get; init; }

    /// <summary>False for a wallet that can only be watched.</summary>
    public required bool CanSign { get; init; }

    /// <summary>The chains that the policy lets it act on.</summary>
    public required IReadOnlyList<AccountChain> Chains { get; init; }
}

/// <summary>A chain of an account.</summary>
public sealed record AccountChain
{
    /// <summary>Short name; what other tools take as <c>chain</c>.</summary>
    public required string Chain { get; init; }

    /// <summary>CAIP-2 id.</summary>
    public required string Id { get; init; }

    /// <summary>Symbols of the assets that can be spent there.</summary>
    public required IReadOnlyList<string> Assets { get; init; }

    /// <summary>The same assets as the policy pins them; only with <c>detail=detailed</c>.</summary>
    public IReadOnlyList<PinnedAssetShape>? Pinned { get; init; }
}

/// <summary>An asset as the policy pins it.</summary>
public sealed record PinnedAssetShape
{
    /// <summary>Unit of amounts.</summary>
    public required string Symbol { get; init; }

    /// <summary>CAIP-19 id.</summary>
    public required string Asset { get; init; }

    /// <summary>Decimals.</summary>
    public required int Decimals { get; init; }

    /// <summary>The policy's floor price per whole unit: <c>1.00 USD</c>.</summary>
    public string? FloorPrice { get; init; }
}

/// <summary>Answer of <c>wallet_balances</c>.</summary>
public sealed record BalancesResult
{
    /// <summary>The address that was asked about, checksummed; with wallets of several kinds of chains, one after the other.</summary>
    public required string Address { get; init; }

    /// <summary>Sum over all chains that answered, at the policy's floor prices; not a market value.</summary>
    [Description("At the policy's floor prices, not market value.")]
    public string? UsdAtLeast { get; init; }

    /// <summary>One entry per chain, also for one that could not be read.</summary>
    public required IReadOnlyList<ChainBalances> Chains { get; init; }
}

/// <summary>What an address holds on one chain.</summary>
public sealed record ChainBalances
{
    /// <summary>Short name.</summary>
    public required string Chain { get; init; }

    /// <summary>The block that the balances are of.</summary>
    public ulong? Block { get; init; }

    /// <summary>Native coin first, then tokens.</summary>
    public required IReadOnlyList<BalanceShape> Balances { get; init; }

    /// <summary>Symbols that the address holds nothing of; listed like this only with <c>detail=concise</c>.</summary>
    public IReadOnlyList<string>? Zero { get; init; }

    /// <summary>Why this chain could not be read; its balances are unknown then, not zero.</summary>
    [Description("Set when balances are unknown, not zero.")]
    public string? Problem { get; init; }
}

/// <summary>One balance.</summary>
public sealed record BalanceShape
{
    /// <summary>Decimal text with unit.</summary>
    public required string Amount { get; init; }

    /// <summary>Value at the policy's floor price.</summary>
    public string? UsdAtLeast { get; init; }

    /// <summary>Token contract; only with <c>detail=detailed</c>, absent for the native coin.</summary>
    public string? Token { get; init; }

    /// <summary>Set to false when the policy names no such asset here, so it cannot be spent.</summary>
    public bool? Spendable { get; init; }

    /// <summary>Why the balance of this asset could not be read.</summary>
    public string? Problem { get; init; }
}
