using System.Buffers.Binary;

namespace CryptoMcp.Solana;

/// <summary>The System program, as far as a wallet signs it: moving SOL.</summary>
public static class SystemProgram
{
    internal const uint AssignTag = 1;
    internal const uint TransferTag = 2;
    internal const uint AdvanceNonceTag = 4;
    internal const uint WithdrawNonceTag = 5;
    internal const uint InitializeNonceTag = 6;
    internal const uint AuthorizeNonceTag = 7;
    internal const uint AssignWithSeedTag = 10;
    internal const uint UpgradeNonceTag = 12;

    /// <summary>Moves lamports.</summary>
    public static Instruction Transfer(Pubkey from, Pubkey to, ulong lamports)
    {
        var data = new byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(data, TransferTag);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(4), lamports);
        return new(ProgramIds.System, [AccountMeta.WritableSigner(from), AccountMeta.Writable(to)], data);
    }
}
