namespace CryptoMcp.Solana;

/// <summary>An account that an instruction names, and what the instruction may do with it.</summary>
/// <param name="Address">The account.</param>
/// <param name="IsSigner">True when the account must sign the transaction.</param>
/// <param name="IsWritable">True when the program may change it.</param>
public readonly record struct AccountMeta(Pubkey Address, bool IsSigner, bool IsWritable)
{
    /// <summary>An account that is only read.</summary>
    public static AccountMeta Readonly(Pubkey address) => new(address, IsSigner: false, IsWritable: false);

    /// <summary>An account that is changed.</summary>
    public static AccountMeta Writable(Pubkey address) => new(address, IsSigner: false, IsWritable: true);

    /// <summary>An account that signs and is only read.</summary>
    public static AccountMeta Signer(Pubkey address) => new(address, IsSigner: true, IsWritable: false);

    /// <summary>An account that signs and is changed.</summary>
    public static AccountMeta WritableSigner(Pubkey address) => new(address, IsSigner: true, IsWritable: true);
}

/// <summary>A call of one program.</summary>
/// <param name="Program">The program.</param>
/// <param name="Accounts">Its accounts, in the order that the program expects.</param>
/// <param name="Data">What to do, in the program's own encoding.</param>
public sealed record Instruction(Pubkey Program, IReadOnlyList<AccountMeta> Accounts, ReadOnlyMemory<byte> Data);
