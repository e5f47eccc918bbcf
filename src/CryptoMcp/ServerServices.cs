using CryptoMcp.Guard.Platform;
using CryptoMcp.Server;

namespace CryptoMcp;

/// <summary>What the MCP server is told about its surroundings.</summary>
internal static class ServerServices
{
    public static ServerOptions OptionsOf(GuardHome home, ToolSelection tools, Uri? invoiceAddress = null) => new()
    {
        GuardSocketPath = home.Socket,
        EnsureGuard = new GuardLauncher(home).EnsureRunningAsync,
        ChainsFile = home.ChainsFile,
        WebFile = home.WebFile,
        CacheDirectory = Path.Combine(home.Root, "cache", "logs"),
        Tools = tools,
        InvoiceAddress = invoiceAddress,
    };
}
