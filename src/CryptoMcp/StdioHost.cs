using CryptoMcp.Commands;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Server;
using CryptoMcp.Server.QuickStart;
using CryptoMcp.Server.Stdio;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp;

/// <summary>MCP over stdin and stdout, as clients start it.</summary>
internal static class StdioHost
{
    public static Task<int> RunAsync(ServeOptions options) => StdioServer.RunAsync(new StdioServerOptions
    {
        Prepared = PreparedAnswers.Load(options.Tools),
        ConfigureServices = services =>
        {
            services.AddSingleton(ServerServices.OptionsOf(GuardHome.Locate(options.Home), options.Tools));
            services.AddCryptoMcpServer();
        },
    });
}
