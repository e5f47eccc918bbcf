namespace CryptoMcp.Solana;

/// <summary>Addresses that are the same on every cluster.</summary>
public static class ProgramIds
{
    /// <summary>System program.</summary>
    public static Pubkey System { get; } = Pubkey.Parse("11111111111111111111111111111111");

    /// <summary>SPL Token.</summary>
    public static Pubkey Token { get; } = Pubkey.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

    /// <summary>Token-2022, also called Token Extensions.</summary>
    public static Pubkey Token2022 { get; } = Pubkey.Parse("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

    /// <summary>Associated Token Account.</summary>
    public static Pubkey AssociatedToken { get; } = Pubkey.Parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

    /// <summary>Memo.</summary>
    public static Pubkey Memo { get; } = Pubkey.Parse("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

    /// <summary>Compute Budget.</summary>
    public static Pubkey ComputeBudget { get; } = Pubkey.Parse("ComputeBudget111111111111111111111111111111");

    /// <summary>Address Lookup Table.</summary>
    public static Pubkey AddressLookupTable { get; } = Pubkey.Parse("AddressLookupTab1e1111111111111111111111111");

    /// <summary>Lighthouse, whose assertions wallets add to transactions; they move nothing.</summary>
    public static Pubkey Lighthouse { get; } = Pubkey.Parse("L2TExMFKdjpN9kozasaurPirfHy9P8sbXoAN1qA3S95");

    /// <summary>True for the two token programs.</summary>
    public static bool IsToken(Pubkey program) => program == Token || program == Token2022;
}
