using System.Text;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// Keeps results near 5,000 tokens. Only tools that read are refused: what a tool has done must be reported however long
/// the report is.
/// </summary>
internal static class OutputCap
{
    /// <summary>Largest text of a result in bytes: 5,000 tokens at the usual four bytes each.</summary>
    public const int MaxBytes = 20_000;

    /// <exception cref="ToolException">The result of a reading tool is too long.</exception>
    public static void Check(Tool tool, CallToolResult result)
    {
        if (tool.Annotations?.ReadOnlyHint is not true || result.IsError is true)
        {
            return;
        }

        var bytes = 0;
        foreach (var block in result.Content)
        {
            bytes += block is TextContentBlock text ? Encoding.UTF8.GetByteCount(text.Text) : 0;
        }

        if (bytes > MaxBytes)
        {
            throw new ToolException(
                "result_too_large",
                $"The result of {tool.Name} has {bytes} bytes; at most {MaxBytes} are returned.",
                "ask for less: a smaller limit, detail=concise, or a narrower filter, and page with the cursor.");
        }
    }
}
