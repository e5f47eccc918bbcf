namespace CryptoMcp.Solana;

/// <summary>The one token account of an owner and a mint that everybody can compute.</summary>
public static class AssociatedToken
{
    internal const byte CreateTag = 0;
    internal const byte CreateIdempotentTag = 1;

    /// <summary>Its address.</summary>
    /// <param name="owner">Who owns the tokens.</param>
    /// <param name="mint">The mint.</param>
    /// <param name="tokenProgram">The token program that owns the mint.</param>
    public static Pubkey AddressOf(Pubkey owner, Pubkey mint, Pubkey tokenProgram) =>
        ProgramAddress.Find(ProgramIds.AssociatedToken, owner.ToArray(), tokenProgram.ToArray(), mint.ToArray()).Address;

    /// <summary>Creates it unless it is there; the payer funds its rent.</summary>
    public static Instruction CreateIdempotent(Pubkey payer, Pubkey account, Pubkey owner, Pubkey mint, Pubkey tokenProgram) => new(
        ProgramIds.AssociatedToken,
        [
            AccountMeta.WritableSigner(payer), AccountMeta.Writable(account), AccountMeta.Readonly(owner), AccountMeta.Readonly(mint),
            AccountMeta.Readonly(ProgramIds.System), AccountMeta.Readonly(tokenProgram),
        ],
        new byte[] { CreateIdempotentTag });
}
