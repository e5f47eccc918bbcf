using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Tools.Arguments;

/// <summary>The caller's own name for a wish to pay.</summary>
internal static class KeyArgument
{
    private const int Longest = 128;

    /// <summary>Checks the form; absent is fine.</summary>
    /// <exception cref="ToolException"><c>invalid_idempotency_key</c>.</exception>
    public static string? Read(string? text) => text is null || (text.Length <= Longest && !text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        ? text
        : throw new ToolException(
            "invalid_idempotency_key",
            $"The key must be 1 to {Longest} printable ASCII characters without spaces.",
            "Pass a short name of this one wish, such as \"invoice-2041\".");
}
