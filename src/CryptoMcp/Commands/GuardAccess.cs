using System.CommandLine;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Commands;

/// <summary>How commands reach the guard.</summary>
internal static class GuardAccess
{
    /// <summary>A client that starts a guard where none runs.</summary>
    public static GuardClient Connect(ParseResult parsed) => Connect(GuardHome.Locate(parsed.GetValue(CommandTree.Home)));

    /// <inheritdoc cref="Connect(ParseResult)"/>
    public static GuardClient Connect(GuardHome home) => new(home.Socket, new GuardLauncher(home).EnsureRunningAsync);
}
