using System.Buffers.Binary;

namespace CryptoMcp.Solana;

/// <summary>
/// SPL Token and Token-2022, as far as a wallet signs them. Only transfers that name mint and decimals: the program then
/// refuses when either is not what was signed.
/// </summary>
public static class TokenProgram
{
    internal const byte TransferTag = 3;
    internal const byte ApproveTag = 4;
    internal const byte SetAuthorityTag = 6;
    internal const byte CloseAccountTag = 9;
    internal const byte TransferCheckedTag = 12;
    internal const byte ApproveCheckedTag = 13;
    internal const byte TransferFeeTag = 26;
    internal const byte TransferCheckedWithFeeTag = 1;

    /// <summary>Moves tokens.</summary>
    /// <param name="program"><see cref="ProgramIds.Token"/> or <see cref="ProgramIds.Token2022"/>: the owner of the mint.</param>
    /// <param name="source">The token account that pays.</param>
    /// <param name="mint">The mint.</param>
    /// <param name="destination">The token account that receives.</param>
    /// <param name="owner">The owner of the source; signs.</param>
    /// <param name="units">Smallest units.</param>
    /// <param name="decimals">The mint's decimals.</param>
    public static Instruction TransferChecked(
        Pubkey program, Pubkey source, Pubkey mint, Pubkey destination, Pubkey owner, ulong units, byte decimals)
    {
        var data = new byte[10];
        data[0] = TransferCheckedTag;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), units);
        data[9] = decimals;
        return new(program, TransferAccounts(source, mint, destination, owner), data);
    }

    /// <summary>
    /// Moves tokens of a Token-2022 mint that keeps a fee, and names the fee: the program refuses when it is another by
    /// then. The fee is withheld from what arrives; <paramref name="units"/> leave the source.
    /// </summary>
    public static Instruction TransferCheckedWithFee(
        Pubkey source, Pubkey mint, Pubkey destination, Pubkey owner, ulong units, byte decimals, ulong fee)
    {
        var data = new byte[19];
        data[0] = TransferFeeTag;
        data[1] = TransferCheckedWithFeeTag;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(2), units);
        data[10] = decimals;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(11), fee);
        return new(ProgramIds.Token2022, TransferAccounts(source, mint, destination, owner), data);
    }

    private static AccountMeta[] TransferAccounts(Pubkey source, Pubkey mint, Pubkey destination, Pubkey owner) =>
        [AccountMeta.Writable(source), AccountMeta.Readonly(mint), AccountMeta.Writable(destination), AccountMeta.Signer(owner)];
}
