namespace CryptoMcp.Solana;

/// <summary>A token account of either token program.</summary>
public sealed record TokenAccount
{
    /// <summary>Bytes of a token account without extensions.</summary>
    public const int BaseLength = 165;


    /// <summary>The token program that owns it.</summary>
    public required Pubkey Program { get; init; }

    /// <summary>What it holds.</summary>
    public required Pubkey Mint { get; init; }

    /// <summary>Who may move it.</summary>
    public required Pubkey Owner { get; init; }

    /// <summary>Smallest units.</summary>
    public required ulong Units { get; init; }

    /// <summary>True while nothing can be moved.</summary>
    public required bool IsFrozen { get; init; }

    /// <summary>Who else may move some of it.</summary>
    public Pubkey? Delegate { get; init; }

    /// <summary>Token-2022 extensions; empty for SPL Token.</summary>
    public required TokenExtensions Extensions { get; init; }

    /// <summary>
    /// Bytes of the associated account that is made for a mint: under Token-2022 always with "immutable owner", and with
    /// what the mint's extensions ask for.
    /// </summary>
    public static int LengthFor(MintAccount mint)
    {
        ArgumentNullException.ThrowIfNull(mint);
        if (mint.Program == ProgramIds.Token)
        {
            return BaseLength;
        }

        const int Header = 4;
        var length = BaseLength + 1 + Header;
        foreach (var extension in mint.Extensions.All)
        {
            length += extension switch
            {
                TokenExtension.TransferFeeConfig => Header + 8,
                TokenExtension.TransferHook => Header + 1,
                TokenExtension.NonTransferable or TokenExtension.Pausable => Header,
                TokenExtension.ConfidentialTransferFeeConfig => Header + 64,
                _ => 0,
            };
        }

        return length;
    }

    /// <summary>Whether an account is a token account (and not a mint, or anything else).</summary>
    public static bool IsTokenAccount(SolanaAccount account) => ProgramIds.IsToken(account.Owner)
        && (account.Data.Length == BaseLength || (account.Owner == ProgramIds.Token2022 && account.Data.Length > BaseLength && account.Data.Span[BaseLength] == 2));

    /// <summary>Reads a token account.</summary>
    /// <exception cref="SolanaFormatException">The account is no initialised token account.</exception>
    public static TokenAccount Decode(Pubkey address, SolanaAccount? account)
    {
        if (account is null || !IsTokenAccount(account) || account.Data.Span[108] is not (1 or 2))
        {
            throw new SolanaFormatException($"{address} is no token account.");
        }

        var reader = new WireReader(account.Data.Span);
        return new()
        {
            Program = account.Owner,
            Mint = reader.Pubkey(),
            Owner = reader.Pubkey(),
            Units = reader.UInt64(),
            Delegate = TokenExtensions.OptionalKey(ref reader),
            IsFrozen = reader.Byte() == 2,
            Extensions = TokenExtensions.OfAccount(address, account.Data.Span),
        };
    }
}
