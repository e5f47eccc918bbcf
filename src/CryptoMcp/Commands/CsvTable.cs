using CryptoMcp.Money;

namespace CryptoMcp.Commands;

/// <summary>
/// Comma-separated values as RFC 4180 has them, every cell quoted. A cell that a spreadsheet would take for a formula begins
/// with an apostrophe, and text of strangers loses what cannot be seen: names in a ledger come from agents.
/// </summary>
internal sealed class CsvTable(TextWriter output)
{
    private const int LongestCell = 4096;

    /// <summary>Writes a row.</summary>
    public void Row(IReadOnlyList<string?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                output.Write(',');
            }

            output.Write('"');
            output.Write(Cell(cells[i]));
            output.Write('"');
        }

        output.Write("\r\n");
    }

    private static string Cell(string? text)
    {
        var clean = UntrustedText.Clean(text, LongestCell);
        if (clean.AsSpan().TrimStart() is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠', ..])
        {
            clean = "'" + clean;
        }

        return clean.Replace("\"", "\"\"", StringComparison.Ordinal);
    }
}
