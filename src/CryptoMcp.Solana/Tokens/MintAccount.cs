namespace CryptoMcp.Solana;

/// <summary>
/// A mint of either token program, read from its account. Source: SPL Token <c>state.rs</c>; Token-2022 extensions
/// (type and length of two bytes each, after the account type at byte 165).
/// </summary>
public sealed record MintAccount
{
    internal const int BaseLength = 82;

    /// <summary>The token program that owns it.</summary>
    public required Pubkey Program { get; init; }

    /// <summary>Digits after the point.</summary>
    public required byte Decimals { get; init; }

    /// <summary>Units in existence.</summary>
    public required ulong Supply { get; init; }

    /// <summary>Who can make more; null when nobody can.</summary>
    public Pubkey? MintAuthority { get; init; }

    /// <summary>Who can freeze token accounts; null when nobody can.</summary>
    public Pubkey? FreezeAuthority { get; init; }

    /// <summary>Token-2022 extensions; empty for SPL Token.</summary>
    public required TokenExtensions Extensions { get; init; }

    /// <summary>Whether two readings say the same about how the token can be moved.</summary>
    public static bool HaveSameTerms(MintAccount? left, MintAccount? right) => left is null || right is null
        ? left is null && right is null
        : (left.Program, left.Decimals, left.FreezeAuthority) == (right.Program, right.Decimals, right.FreezeAuthority)
            && left.Extensions.Equals(right.Extensions);

    /// <summary>Reads a mint.</summary>
    /// <exception cref="SolanaFormatException">The account is no initialised mint of a token program.</exception>
    public static MintAccount Decode(Pubkey address, SolanaAccount? account)
    {
        if (account is null || !ProgramIds.IsToken(account.Owner))
        {
            throw new SolanaFormatException($"{address} is no token mint: no token program owns it.");
        }

        var data = account.Data.Span;
        var is2022 = account.Owner == ProgramIds.Token2022;
        if (data.Length < BaseLength || (data.Length != BaseLength && !is2022) || data[45] != 1)
        {
            throw new SolanaFormatException($"{address} is no token mint.");
        }

        var reader = new WireReader(data);
        var mintAuthority = TokenExtensions.OptionalKey(ref reader);
        var supply = reader.UInt64();
        var decimals = reader.Byte();
        reader.Byte();
        return new()
        {
            Program = account.Owner,
            MintAuthority = mintAuthority,
            Supply = supply,
            Decimals = decimals,
            FreezeAuthority = TokenExtensions.OptionalKey(ref reader),
            Extensions = TokenExtensions.OfMint(address, data),
        };
    }
}
