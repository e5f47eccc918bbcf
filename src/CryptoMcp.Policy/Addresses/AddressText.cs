using CryptoMcp.Money;

namespace CryptoMcp.Policy.Addresses;

/// <summary>Addresses as text: form, equality, and the ones that nobody can own.</summary>
internal static class AddressText
{
    /// <summary>Solana's System program: 32 zero bytes.</summary>
    private const string SolanaZero = "11111111111111111111111111111111";

    /// <summary>What is wrong with the address, as a sentence; null if it is an address of this chain.</summary>
    public static string? Problem(ChainId chain, string address) => chain.IsEvm ? EvmProblem(address) : chain.IsSolana
        ? SolanaProblem(address)
        : $"{chain} is neither an EVM chain nor a Solana cluster.";

    /// <summary>As <see cref="Problem"/>, for text that may be of either family.</summary>
    public static string? ProblemOnAnyChain(string address) =>
        address.StartsWith("0x", StringComparison.Ordinal) ? EvmProblem(address) : SolanaProblem(address);

    /// <summary>EVM addresses are equal without regard to case: it carries a checksum, no identity.</summary>
    public static bool Same(string left, string right) => string.Equals(
        left, right, left.StartsWith("0x", StringComparison.Ordinal) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>One form for equal addresses, for use as a key.</summary>
    public static string Key(string address) => address.StartsWith("0x", StringComparison.Ordinal) ? address.ToLowerInvariant() : address;

    /// <summary>The zero address and the precompiles 0x1 to 0xff; on Solana the System program.</summary>
    public static bool IsReserved(string address) =>
        address == SolanaZero
        || (address.Length == 42 && address[1] == 'x' && !address.AsSpan(2, 38).ContainsAnyExcept('0'));

    /// <summary>True if two different addresses begin and end alike, as those made for address poisoning do.</summary>
    public static bool LooksLike(string left, string right)
    {
        var prefix = left.StartsWith("0x", StringComparison.Ordinal) ? 2 : 0;
        return left.Length > 10 && right.Length > 10
            && string.Compare(left, prefix, right, prefix, 4, StringComparison.OrdinalIgnoreCase) == 0
            && left.AsSpan(left.Length - 4).Equals(right.AsSpan(right.Length - 4), StringComparison.OrdinalIgnoreCase)
            && !Same(left, right);
    }

    private static string? EvmProblem(string address) =>
        !Eip55.IsHexAddress(address)
            ? "An EVM address is '0x' and 40 hex digits."
            : Eip55.HasValidCase(address)
                ? null
                : "The checksum in the letter case (EIP-55) does not match, so at least one character is wrong. Copy the address again " +
                    "from its source.";

    private static string? SolanaProblem(string address) =>
        Base58.Is32Bytes(address) ? null : "A Solana address is 32 bytes in base58: 32 to 44 characters, without 0, O, I and l.";
}
