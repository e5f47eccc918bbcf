using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Web.Tests;

/// <summary>A real HTTP server on loopback that answers as a test says, and counts what it was asked.</summary>
internal sealed class Host : IAsyncDisposable
{
    private readonly WebApplication _server;
    private int _asked;

    private Host(WebApplication server) => _server = server;

    public int Asked => _asked;

    public string Origin => _server.Urls.Single();

    public static async Task<Host> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var host = new Host(server);
        server.Run(context =>
        {
            Interlocked.Increment(ref host._asked);
            return answer(context);
        });
        await server.StartAsync();
        return host;
    }

    public Uri At(string path) => new(Origin + path);

    public WebReader Reader(TimeProvider? clock = null) => new(new() { TrustedOrigins = [Origin] }, clock);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
