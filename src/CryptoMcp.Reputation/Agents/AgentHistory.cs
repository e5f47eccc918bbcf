using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>A change of an agent's owner.</summary>
/// <param name="Block">When.</param>
/// <param name="From">Zero for the mint.</param>
/// <param name="To">New owner.</param>
/// <param name="Transaction">Transaction.</param>
public sealed record OwnerChange(ulong Block, EvmAddress From, EvmAddress To, Hash32 Transaction);

/// <summary>A change of an agent's wallet.</summary>
/// <param name="Block">When.</param>
/// <param name="Wallet">The wallet; null when it was unbound, as every sale does.</param>
public sealed record WalletChange(ulong Block, EvmAddress? Wallet);

/// <summary>Why a reviewer does not count as independent.</summary>
public enum Dependence
{
    /// <summary>It owns the agent.</summary>
    Owner,

    /// <summary>It owned the agent.</summary>
    ExOwner,

    /// <summary>It is the agent's wallet.</summary>
    AgentWallet,

    /// <summary>It was the agent's wallet.</summary>
    ExAgentWallet,

    /// <summary>An owner once let it act for the agent.</summary>
    Operator,

    /// <summary>It received money from the agent's side before it ever paid.</summary>
    FundedByAgent,
}

/// <summary>What the logs tell of an agent's owners, wallets and operators.</summary>
public sealed class AgentHistory
{
    private readonly List<OwnerChange> _owners = [];
    private readonly List<WalletChange> _wallets = [];
    private readonly HashSet<EvmAddress> _operators = [];

    /// <summary>Owners, in order.</summary>
    public IReadOnlyList<OwnerChange> Owners => _owners;

    /// <summary>Wallets, in order.</summary>
    public IReadOnlyList<WalletChange> Wallets => _wallets;

    /// <summary>Whom any owner ever let act: approved for the agent or for all of the owner's agents.</summary>
    public IReadOnlySet<EvmAddress> Operators => _operators;

    /// <summary>Block of the registration, when it was seen.</summary>
    public ulong? RegisteredIn => _owners.Count > 0 && _owners[0].From.IsZero ? _owners[0].Block : null;

    /// <summary>Block of the last sale or gift; null while the first owner holds it.</summary>
    public ulong? SoldIn => _owners.Count > 0 && !_owners[^1].From.IsZero ? _owners[^1].Block : null;

    /// <summary>Everybody who owned the agent.</summary>
    public IEnumerable<EvmAddress> OwnersEver()
    {
        foreach (var change in _owners)
        {
            if (!change.From.IsZero)
            {
                yield return change.From;
            }

            yield return change.To;
        }
    }

    /// <summary>Everything that was ever the agent's wallet.</summary>
    public IReadOnlySet<EvmAddress> WalletsEver()
    {
        var wallets = new HashSet<EvmAddress>();
        foreach (var change in _wallets)
        {
            if (change.Wallet is { } wallet)
            {
                wallets.Add(wallet);
            }
        }

        return wallets;
    }

    /// <summary>True when the address was the agent's wallet in a block.</summary>
    public bool WasWallet(EvmAddress address, ulong block)
    {
        EvmAddress? bound = null;
        foreach (var change in _wallets)
        {
            if (change.Block > block)
            {
                break;
            }

            // Within one block both the old and the new wallet count: the order of payments in it is not known here.
            if (change.Block == block && (bound == address || change.Wallet == address))
            {
                return true;
            }

            bound = change.Wallet;
        }

        return bound == address;
    }

    /// <summary>Takes the logs of the registry that name the agent; others are passed over.</summary>
    internal void Add(IEnumerable<EventLog> logs, BigInteger agent)
    {
        foreach (var log in logs)
        {
            if (log.Topics.Count != 0 && log.BlockNumber is { } block)
            {
                Add(log, block, agent);
            }
        }

        _owners.Sort((left, right) => left.Block.CompareTo(right.Block));
        _wallets.Sort((left, right) => left.Block.CompareTo(right.Block));
    }

    private void Add(EventLog log, ulong block, BigInteger agent)
    {
        if (IdentityRegistry.Transfer.TryDecode(log, out var arguments) && arguments[2].AsNumber() == agent)
        {
            _owners.Add(new(block, arguments[0].AsAddress(), arguments[1].AsAddress(), log.TransactionHash!.Value));
        }
        else if (log.Topics[0] == IdentityRegistry.MetadataSet.Topic && log.Topics.Count == 3 && log.Topics[2] == IdentityRegistry.WalletTopic)
        {
            _wallets.Add(new(block, WalletIn(log)));
        }
        else if (IdentityRegistry.Approval.TryDecode(log, out arguments) && arguments[2].AsNumber() == agent && !arguments[1].AsAddress().IsZero)
        {
            _operators.Add(arguments[1].AsAddress());
        }
        else if (IdentityRegistry.ApprovalForAll.TryDecode(log, out arguments) && arguments[2].AsFlag())
        {
            _operators.Add(arguments[1].AsAddress());
        }
    }

    private static EvmAddress? WalletIn(EventLog log) =>
        IdentityRegistry.MetadataSet.TryDecode(log, out var arguments) && arguments[3].AsBytes() is { Length: EvmAddress.Size } bytes
            ? new EvmAddress(bytes)
            : null;
}
