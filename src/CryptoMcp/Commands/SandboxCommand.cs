using System.CommandLine;

namespace CryptoMcp.Commands;

internal static class SandboxCommand
{
    public static Command Create() => new("sandbox", "");
}
