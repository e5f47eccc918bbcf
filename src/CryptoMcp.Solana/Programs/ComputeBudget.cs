using System.Buffers.Binary;

namespace CryptoMcp.Solana;

/// <summary>What a transaction may compute and what it pays for being taken early.</summary>
public static class ComputeBudget
{
    /// <summary>Lamports for each signature.</summary>
    public const ulong LamportsPerSignature = 5_000;

    /// <summary>Compute units that one transaction can have at most.</summary>
    public const uint MaxUnits = 1_400_000;

    internal const byte LimitTag = 2;
    internal const byte PriceTag = 3;

    /// <summary>Limits the compute units, which the priority fee is charged for.</summary>
    public static Instruction Limit(uint units)
    {
        var data = new byte[5];
        data[0] = LimitTag;
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(1), units);
        return new(ProgramIds.ComputeBudget, [], data);
    }

    /// <summary>The price of a compute unit in millionths of a lamport.</summary>
    public static Instruction Price(ulong microLamports)
    {
        var data = new byte[9];
        data[0] = PriceTag;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), microLamports);
        return new(ProgramIds.ComputeBudget, [], data);
    }

    /// <summary>The priority fee in lamports, rounded up as the runtime does. It is charged for the limit, whatever is used.</summary>
    public static ulong PriorityFee(uint unitLimit, ulong microLamports) =>
        checked((ulong)(((UInt128)unitLimit * microLamports + 999_999) / 1_000_000));
}
