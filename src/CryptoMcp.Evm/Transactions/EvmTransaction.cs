using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>
/// An unsigned transaction. Sign <see cref="SigningDigest"/>, then <see cref="Encode"/> with the signature gives the
/// bytes to broadcast. <see cref="SignedTransaction.Decode"/> goes the other way.
/// </summary>
public abstract record EvmTransaction
{
    /// <summary>EIP-155 chain id; 0 only in legacy transactions from before EIP-155, which are never signed here.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The sender's nonce; at most 2^64 - 2 (EIP-2681).</summary>
    public required ulong Nonce { get; init; }

    /// <summary>Gas limit.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Recipient or contract; absent to create a contract.</summary>
    public EvmAddress? To { get; init; }

    /// <summary>Wei that go along, below 2^256.</summary>
    public BigInteger Value { get; init; }

    /// <summary>Calldata.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The highest price in wei that a unit of gas can cost.</summary>
    public abstract BigInteger HighestGasPrice { get; }

    /// <summary>Wei that the fee can come to: gas limit times highest price. OP-stack chains charge an L1 fee on top.</summary>
    public BigInteger HighestFee => GasLimit * HighestGasPrice;

    /// <summary>Keccak-256 hash that the sender signs.</summary>
    public Hash32 SigningDigest() => Hash32.Keccak(EncodeUnsigned());

    /// <summary>The bytes whose hash is signed.</summary>
    public abstract byte[] EncodeUnsigned();

    /// <summary>The signed transaction: what is broadcast.</summary>
    /// <param name="signature65">r (32), s (32) and recovery id (0 or 1), as secp256k1 gives them.</param>
    /// <exception cref="EvmFormatException">The signature has another form, or s is above half the group order (EIP-2).</exception>
    public abstract byte[] Encode(ReadOnlySpan<byte> signature65);

    /// <summary>Records compare calldata by content.</summary>
    public virtual bool Equals(EvmTransaction? other) => other is not null && EqualityContract == other.EqualityContract
        && EncodeUnsigned().AsSpan().SequenceEqual(other.EncodeUnsigned());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ChainId, Nonce, To, Value);
}
