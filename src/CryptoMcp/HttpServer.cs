using CryptoMcp.Commands;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Invoices;
using CryptoMcp.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CryptoMcp;

/// <summary>MCP over Streamable HTTP on loopback.</summary>
internal static class HttpServer
{
    /// <summary>Where clients find the endpoint on a port.</summary>
    public static Uri UrlOf(int port) => new($"http://127.0.0.1:{port}/mcp");

    /// <summary>Serves until cancelled or told to end.</summary>
    public static async Task<int> RunAsync(ServeOptions options, CancellationToken ct)
    {
        await using var app = Build(options);
        await app.StartAsync(ct);
        Console.Error.WriteLine($"CryptoMcp listens on {UrlOf(options.Port)}{(options.TokenFile is null ? string.Empty : ", with a bearer token")}. Ctrl-C ends it.");
        await using (ct.Register(app.Lifetime.StopApplication))
        {
            await app.WaitForShutdownAsync(CancellationToken.None);
        }

        return ExitCode.Success;
    }

    /// <summary>The server, ready to start.</summary>
    public static WebApplication Build(ServeOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("ModelContextProtocol", LogLevel.Warning);
        if (options.Quiet)
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
        }

        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, options.Port);
        });
        var home = GuardHome.Locate(options.Home);
        var invoiceAddress = options.Facilitator is null ? null : options.PublicUrl ?? new Uri(UrlOf(options.Port).GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton(ServerServices.OptionsOf(home, options.Tools, invoiceAddress));
        builder.Services.AddCryptoMcpServer().WithStreamableHttp();
        if (options.Facilitator is { } facilitator)
        {
            builder.Services.AddInvoices(facilitator, invoiceAddress!, ChainTable.Load(home).Evm);
        }

        if (options.TokenFile is { } tokenFile)
        {
            builder.Services.AddBearerTokenFile(tokenFile);
        }

        var app = builder.Build();
        if (options.TokenFile is null)
        {
            app.MapStreamableHttp();
        }
        else
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapStreamableHttp().RequireAuthorization();
        }

        if (options.Facilitator is not null)
        {
            app.Services.GetRequiredService<InvoiceDoor>().Map(app);
        }

        return app;
    }
}
