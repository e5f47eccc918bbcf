using System.Globalization;
using System.Numerics;
using System.Text;
using CryptoMcp.Money;
using CryptoMcp.Reputation;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Reputation;

/// <summary>Words and numbers as the reputation tools show them.</summary>
internal static class ReputationText
{
    /// <summary>An enum member as a word: <c>NotServed</c> is <c>not_served</c>.</summary>
    public static string Word(Enum value)
    {
        var name = value.ToString();
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    /// <summary>A share, to three decimals.</summary>
    public static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Millionths of a dollar as decimal text with unit.</summary>
    public static string Dollars(BigInteger micro) => $"{DecimalText.Format(micro, 6, 2)} USD";

    /// <summary>What of the coverage a reader must know: whole parts are not listed.</summary>
    public static CoverageShape Coverage(IReadOnlyList<PartCoverage> parts, bool isConsistent, ulong block, int calls)
    {
        var missing = new List<string>();
        foreach (var (part, coverage) in parts)
        {
            if (!coverage.IsWhole)
            {
                missing.Add($"{part}: of blocks {coverage.Asked} not scanned {string.Join(", ", coverage.NotScanned)}. {coverage.Reason}");
            }
        }

        return new() { Whole = missing.Count == 0 && isConsistent, Block = block, Calls = calls, Parts = OrNone(missing) };
    }

    /// <summary>An empty list is left out of an answer.</summary>
    public static IReadOnlyList<T>? OrNone<T>(IReadOnlyList<T> list) => list.Count == 0 ? null : list;
}
