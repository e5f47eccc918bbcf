using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd.Fleet;

/// <summary>One host of a fleet: a home with the same wallet and policy as the others, and its guard.</summary>
internal sealed class FleetHost : IAsyncDisposable
{
    private readonly string _ledger;
    private readonly HttpClient _http;
    private ChildProcess? _guard;

    private FleetHost(string home, string ledger)
    {
        Home = home;
        _ledger = ledger;
        _http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 64,
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(Home, "guard", "guard.sock")), ct);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        { BaseAddress = new Uri("http://guard/"), Timeout = TimeSpan.FromMinutes(2) };
    }

    public string Home { get; }

    /// <summary>What its guard wrote.</summary>
    public string Log => _guard?.ErrorText ?? "";

    /// <summary>Sets a host up as an owner would: the wallet, the policy and the chains of the first one, copied.</summary>
    public static FleetHost Copy(TestWallet first, string ledger)
    {
        var home = Directory.CreateTempSubdirectory("cm-").FullName;
        foreach (var file in (string[])["chains.json", .. Directory.EnumerateFiles(first.GuardFolder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(first.Home, path))])
        {
            var copy = Path.Combine(home, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Copy(Path.Combine(first.Home, file), copy);
        }

        return new(home, ledger);
    }

    public Task StartAsync() => StartAsync(null);

    /// <summary>Starts it again so that it dies at a named place, and lets it be asked for something.</summary>
    public async Task DyingAtAsync(string failPoint, Func<Task> ask)
    {
        await KillAsync();
        await StartAsync(failPoint);
        await Assert.ThrowsAnyAsync<HttpRequestException>(ask);
        await _guard!.WaitForExitAsync(TimeSpan.FromSeconds(20));
    }

    private async Task StartAsync(string? failPoint)
    {
        var start = Product.Command(Home, "guard", "--ledger", _ledger);
        _guard = await ChildProcess.StartAsync(start with
        {
            Environment = new Dictionary<string, string?>(start.Environment) { ["CRYPTOMCP_TEST_FAILPOINT"] = failPoint },
        });
        await _guard.WaitForErrorAsync("listens on", TimeSpan.FromSeconds(60));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _guard!.Kill();
        await _guard.WaitForExitAsync(TimeSpan.FromSeconds(20));
    }

    public Task<ChildProcess> RunAsync(params string[] arguments) => Product.RunAsync(Home, arguments);

    /// <summary>Asks the guard for a transfer, as its server would.</summary>
    /// <returns>What it answered: a payment, or a problem with its code.</returns>
    public async Task<JsonNode> TransferAsync(string amount, string key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/payments")
        {
            Content = JsonContent.Create(new { operation = "transfer", idempotency_key = key, chain = TestWallet.Chain, amount, to = TestWallet.Payee }),
        };
        request.Headers.Add("CryptoMcp-Client", "fleet-test");
        using var response = await _http.SendAsync(request, ct);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!;
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(path))!;

    /// <summary>How many payments this host sees that are not resolved.</summary>
    public async Task<int> OpenAsync() => (int)(await GetAsync("v1/payments?limit=1&state=open&cursor="))["total"]!;

    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            await _guard.DisposeAsync();
        }

        _http.Dispose();
        Directory.Delete(Home, recursive: true);
    }
}
