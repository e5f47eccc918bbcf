using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>A block without its transactions.</summary>
/// <param name="Number">Number.</param>
/// <param name="Hash">Hash.</param>
/// <param name="ParentHash">Hash of the block before it.</param>
/// <param name="Timestamp">Chain time.</param>
/// <param name="BaseFeePerGas">EIP-1559 base fee in wei; absent on chains without it.</param>
/// <param name="GasUsed">Gas used.</param>
/// <param name="GasLimit">Gas limit.</param>
public sealed record BlockHeader(
    ulong Number, Hash32 Hash, Hash32 ParentHash, DateTimeOffset Timestamp, BigInteger? BaseFeePerGas, ulong GasUsed, ulong GasLimit);

/// <summary>A message call to be simulated or estimated.</summary>
public sealed record CallRequest
{
    /// <summary>The contract or account called.</summary>
    public required EvmAddress To { get; init; }

    /// <summary>The sender that the call pretends; the zero address if absent.</summary>
    public EvmAddress? From { get; init; }

    /// <summary>Calldata.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Wei that go along.</summary>
    public BigInteger Value { get; init; }

    /// <summary>Gas limit; the node's own if absent.</summary>
    public ulong? Gas { get; init; }
}

/// <summary>Fees of past blocks, from <c>eth_feeHistory</c>.</summary>
/// <param name="OldestBlock">Number of the first block.</param>
/// <param name="BaseFeePerGas">Base fees in wei: one for each block, and that of the block after the newest.</param>
/// <param name="Rewards">For each block the priority fees at the asked percentiles, in wei.</param>
public sealed record FeeHistory(ulong OldestBlock, IReadOnlyList<BigInteger> BaseFeePerGas,
    IReadOnlyList<IReadOnlyList<BigInteger>> Rewards);

/// <summary>An event that a contract emitted.</summary>
/// <param name="Address">The contract.</param>
/// <param name="Topics">Event signature hash and indexed arguments, at most 4.</param>
/// <param name="Data">The other arguments, ABI-encoded.</param>
/// <param name="BlockNumber">Block; absent while pending.</param>
/// <param name="BlockHash">Hash of the block.</param>
/// <param name="TransactionHash">Transaction.</param>
/// <param name="LogIndex">Position in the block.</param>
/// <param name="Removed">True when a reorganisation took it back.</param>
public sealed record EventLog(
    EvmAddress Address,
    IReadOnlyList<Hash32> Topics,
    ReadOnlyMemory<byte> Data,
    ulong? BlockNumber,
    Hash32? BlockHash,
    Hash32? TransactionHash,
    ulong? LogIndex,
    bool Removed);

/// <summary>Which events to list.</summary>
public sealed record LogFilter
{
    /// <summary>First block.</summary>
    public BlockTag From { get; init; } = BlockTag.Latest;

    /// <summary>Last block.</summary>
    public BlockTag To { get; init; } = BlockTag.Latest;

    /// <summary>Emitting contracts; any if empty.</summary>
    public IReadOnlyList<EvmAddress> Addresses { get; init; } = [];

    /// <summary>For each position the accepted topics; an empty list accepts any.</summary>
    public IReadOnlyList<IReadOnlyList<Hash32>> Topics { get; init; } = [];
}

/// <summary>A transaction as a node tells of it.</summary>
/// <param name="Hash">Transaction hash.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Recipient or contract; absent when a contract is created.</param>
/// <param name="Nonce">Nonce.</param>
/// <param name="Value">Wei that go along.</param>
/// <param name="GasLimit">Gas limit.</param>
/// <param name="Input">Calldata.</param>
/// <param name="Type">EIP-2718 type; 0 for legacy.</param>
/// <param name="BlockNumber">Block; absent while pending.</param>
/// <param name="BlockHash">Hash of the block.</param>
public sealed record TransactionInfo(
    Hash32 Hash,
    EvmAddress From,
    EvmAddress? To,
    ulong Nonce,
    BigInteger Value,
    ulong GasLimit,
    ReadOnlyMemory<byte> Input,
    ulong Type,
    ulong? BlockNumber,
    Hash32? BlockHash);

/// <summary>A signed transaction with the block that a node says it is in.</summary>
/// <param name="Transaction">The transaction; its sender follows from its signature.</param>
/// <param name="BlockNumber">Block.</param>
/// <param name="BlockHash">Hash of the block.</param>
public sealed record MinedTransaction(SignedTransaction Transaction, ulong BlockNumber, Hash32 BlockHash);

/// <summary>How a mined transaction ended.</summary>
public sealed record TransactionReceipt
{
    /// <summary>Transaction hash.</summary>
    public required Hash32 TransactionHash { get; init; }

    /// <summary>Block.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>Hash of the block.</summary>
    public required Hash32 BlockHash { get; init; }

    /// <summary>Sender.</summary>
    public required EvmAddress From { get; init; }

    /// <summary>Recipient or contract.</summary>
    public EvmAddress? To { get; init; }

    /// <summary>The contract that was created.</summary>
    public EvmAddress? ContractAddress { get; init; }

    /// <summary>False when the transaction reverted: it cost its fee and moved nothing.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>Gas used.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>Wei per gas that were paid.</summary>
    public required BigInteger EffectiveGasPrice { get; init; }

    /// <summary>OP-stack L1 data fee in wei, charged on top of gas.</summary>
    public BigInteger L1Fee { get; init; }

    /// <summary>True when the chain also charged an OP-stack operator fee, which the receipt does not state as a sum.</summary>
    public bool HasOperatorFee { get; init; }

    /// <summary>Events.</summary>
    public required IReadOnlyList<EventLog> Logs { get; init; }

    /// <summary>Wei paid for gas and L1 data, without an operator fee.</summary>
    public BigInteger Fee => (EffectiveGasPrice * GasUsed) + L1Fee;
}
