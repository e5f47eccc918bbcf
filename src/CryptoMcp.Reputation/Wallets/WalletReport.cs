using System.Numerics;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>What happened, in a wallet's timeline.</summary>
public enum WalletEventKind
{
    /// <summary>Tokens came in.</summary>
    Received,

    /// <summary>Tokens went out.</summary>
    Sent,

    /// <summary>An x402 payment came in: the payer signed, somebody else handed it to the chain.</summary>
    X402Received,

    /// <summary>An x402 payment went out.</summary>
    X402Paid,

    /// <summary>A spender was allowed to take tokens.</summary>
    Approved,

    /// <summary>An operation of a smart account succeeded or failed.</summary>
    Operation,

    /// <summary>Feedback was given to an agent.</summary>
    FeedbackGiven,

    /// <summary>An agent was registered or taken over.</summary>
    AgentTaken,

    /// <summary>Somebody attested something about the wallet.</summary>
    Attested,
}

/// <summary>One entry of a wallet's timeline.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Block">Block.</param>
/// <param name="LogIndex">Position in the block.</param>
/// <param name="Transaction">Transaction.</param>
/// <param name="Counterparty">Who was on the other side.</param>
/// <param name="Contract">Contract that told of it.</param>
/// <param name="Token">The token, where it is pinned; of others nothing is known but their contract.</param>
/// <param name="Units">Integer units of the token, or the agent's id.</param>
/// <param name="Succeeded">False for an operation that failed.</param>
public sealed record WalletEvent(
    WalletEventKind Kind, ulong Block, ulong LogIndex, Hash32 Transaction, EvmAddress Counterparty, EvmAddress Contract, EvmToken? Token,
    BigInteger Units, bool Succeeded = true)
{
    /// <summary>Time of the block.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <summary>An allowance that still stands.</summary>
/// <param name="Contract">Token contract.</param>
/// <param name="Token">The token, where it is pinned.</param>
/// <param name="Spender">Who may take.</param>
/// <param name="Units">How many.</param>
public sealed record OpenAllowance(EvmAddress Contract, EvmToken? Token, EvmAddress Spender, BigInteger Units);

/// <summary>An EAS attestation about a wallet. <c>isAttestationValid</c> of the contract only says that it exists.</summary>
/// <param name="Uid">Its id.</param>
/// <param name="Schema">Schema id.</param>
/// <param name="Attester">Whose word it is: trust hangs on that.</param>
/// <param name="State"><c>in_force</c>, <c>revoked</c>, <c>expired</c> or <c>unread</c>.</param>
public sealed record WalletAttestation(Hash32 Uid, Hash32 Schema, EvmAddress Attester, string State);

/// <summary>EigenLayer's word about an operator.</summary>
/// <param name="IsOperator">True when the wallet is registered as one.</param>
/// <param name="DelegatedTo">Operator to whom the wallet delegated; null for none.</param>
/// <param name="Slashings">Slashings of it that were seen.</param>
public sealed record OperatorState(bool IsOperator, EvmAddress? DelegatedTo, int Slashings);

/// <summary>Sums in one dollar token.</summary>
/// <param name="In">Millionths of a dollar received.</param>
/// <param name="Out">Millionths of a dollar sent.</param>
/// <param name="X402In">Of that by x402.</param>
/// <param name="X402Out">Of that by x402.</param>
/// <param name="X402Payers">Different payers.</param>
/// <param name="X402Payees">Different payees.</param>
public sealed record DollarSums(BigInteger In, BigInteger Out, BigInteger X402In, BigInteger X402Out, int X402Payers, int X402Payees);

/// <summary>An address's own record on one chain.</summary>
public sealed record WalletReport
{
    /// <summary>The address.</summary>
    public required EvmAddress Wallet { get; init; }

    /// <summary>Block that state was read at.</summary>
    public required BlockHeader Head { get; init; }

    /// <summary>Transactions sent.</summary>
    public ulong Nonce { get; init; }

    /// <summary>Wei held.</summary>
    public BigInteger Balance { get; init; }

    /// <summary><c>key</c>, <c>contract</c> or <c>delegated</c> (a key's account with code, EIP-7702).</summary>
    public required string Kind { get; init; }

    /// <summary>Where a delegated account's code is.</summary>
    public EvmAddress? DelegatedTo { get; init; }

    /// <summary>Block of its first transaction; null when it sent none or the node forgot.</summary>
    public ulong? FirstBlock { get; init; }

    /// <summary>Time of it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Dollar tokens, added up.</summary>
    public required DollarSums Dollars { get; init; }

    /// <summary>Other sides of pinned tokens, the most dollars first.</summary>
    public IReadOnlyList<(EvmAddress Address, int Payments, BigInteger MicroUsd)> Counterparties { get; init; } = [];

    /// <summary>Contracts that its newest transactions called, the most called first.</summary>
    public IReadOnlyList<(EvmAddress Address, int Calls)> Contracts { get; init; } = [];

    /// <summary>Allowances that still stand.</summary>
    public IReadOnlyList<OpenAllowance> Allowances { get; init; } = [];

    /// <summary>Attestations about it.</summary>
    public IReadOnlyList<WalletAttestation> Attestations { get; init; } = [];

    /// <summary>EigenLayer; null off Ethereum.</summary>
    public OperatorState? Operator { get; init; }

    /// <summary>Everything seen, newest first.</summary>
    public IReadOnlyList<WalletEvent> Timeline { get; init; } = [];

    /// <summary>What was scanned and what was not.</summary>
    public IReadOnlyList<PartCoverage> Coverage { get; init; } = [];

    /// <summary>What the record lacks, in our own words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Requests made.</summary>
    public int Calls { get; init; }
}
