namespace CryptoMcp.Solana;

/// <summary>
/// The order in which @solana/kit sorts accounts of one kind: English collation of the base58 text, letters without
/// regard to case first, then lower case before upper. The runtime takes any order; this one makes our bytes comparable
/// with the reference's. Written out, since the program runs without culture data.
/// </summary>
internal static class AddressOrder
{
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        var byCase = 0;
        for (var i = 0; i < length; i++)
        {
            char a = left[i], b = right[i];
            if (a == b)
            {
                continue;
            }

            // In ASCII the digits stand before the letters, as they do in the collation.
            var (lowerA, lowerB) = (char.ToLowerInvariant(a), char.ToLowerInvariant(b));
            if (lowerA != lowerB)
            {
                return lowerA - lowerB;
            }

            if (byCase == 0)
            {
                byCase = char.IsAsciiLetterLower(a) ? -1 : 1;
            }
        }

        return left.Length != right.Length ? left.Length - right.Length : byCase;
    }
}
