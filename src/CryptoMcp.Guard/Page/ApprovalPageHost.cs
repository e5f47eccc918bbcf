using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Guard.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard.Page;

/// <summary>
/// Serves the approval page on loopback, apart from the guard's socket: neither can be reached through the other. It takes
/// the port on both loopback addresses or not at all, since browsers try both for <c>localhost</c>, and whoever held the
/// other one would share our origin.
/// </summary>
internal sealed class ApprovalPageHost : IAsyncDisposable
{
    /// <summary>The port that is tried first.</summary>
    public const int UsualPort = 7411;

    private const int NeighboursTried = 8;
    private const int RandomPortsTried = 16;

    private readonly WebApplication _app;
    private readonly string _recordFile;

    private ApprovalPageHost(WebApplication app, string recordFile, string origin, string pathKey)
    {
        _app = app;
        _recordFile = recordFile;
        Origin = origin;
        Url = $"{origin}/{pathKey}/";
    }

    /// <summary>The page's origin.</summary>
    public string Origin { get; }

    /// <summary>Where it is.</summary>
    public string Url { get; }

    /// <summary>Starts serving, on the wished port or, where somebody else has it, on another.</summary>
    public static async Task<ApprovalPageHost> StartAsync(GuardService guard, GuardHome home, int wishedPort, TimeProvider clock, ILoggerFactory logs, CancellationToken ct)
    {
        var pathKey = PathKeyOf(home);
        foreach (var port in Ports(wishedPort))
        {
            var token = new PageToken(clock);
            var defence = new PageDefence(string.Create(CultureInfo.InvariantCulture, $"localhost:{port}"), pathKey, token);
            var page = new ApprovalPage(guard, defence, token, logs.CreateLogger<ApprovalPage>());
            var app = Build(port, page);
            try
            {
                await app.StartAsync(ct);
            }
            catch (IOException)
            {
                // Somebody has the port on one address or on both.
                await app.DisposeAsync();
                continue;
            }

            var host = new ApprovalPageHost(app, Path.Combine(home.Guard, "approval-page.url"), defence.Origin, pathKey);
            GuardHome.WritePrivateFile(host._recordFile, Encoding.UTF8.GetBytes(host.Url + "\n"));
            guard.Serves(host);
            return host;
        }

        throw new IOException("No port is free for the approval page.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        File.Delete(_recordFile);
        await _app.DisposeAsync();
    }

    private static WebApplication Build(int port, ApprovalPage page)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            kestrel.ListenLocalhost(port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(page.HandleAsync);
        return app;
    }

    /// <summary>A secret of this home in the page's path: other users of the machine and web pages cannot even look.</summary>
    private static string PathKeyOf(GuardHome home)
    {
        var path = Path.Combine(home.Guard, "page.key");
        if (File.Exists(path))
        {
            GuardHome.CheckPrivateFile(path);
            var known = File.ReadAllText(path).Trim();
            if (known.Length >= 20 && Base64Url.IsValid(known))
            {
                return known;
            }
        }

        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        GuardHome.WritePrivateFile(path, Encoding.ASCII.GetBytes(key));
        return key;
    }

    private static IEnumerable<int> Ports(int wished)
    {
        for (var port = wished; port < wished + NeighboursTried && port <= 65535; port++)
        {
            yield return port;
        }

        for (var i = 0; i < RandomPortsTried; i++)
        {
            yield return RandomNumberGenerator.GetInt32(49152, 65536);
        }
    }
}
