using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Tools.Arguments;

/// <summary>How much a tool says.</summary>
internal static class DetailArgument
{
    /// <summary>How the schema shows it.</summary>
    public static Argument Schema { get; } = Argument.Choice("detail", "How much.", "concise", "detailed");
}
