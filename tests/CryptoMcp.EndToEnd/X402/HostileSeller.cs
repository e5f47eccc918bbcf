using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>What a seller was asked.</summary>
internal sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The payment header's value; null for a request without payment.</summary>
    public string? Payment => Headers.GetValueOrDefault("payment-signature") ?? Headers.GetValueOrDefault("x-payment");

    public bool IsPaid => Payment is not null;
}

/// <summary>An HTTP server that answers any bytes at any speed, and remembers everything that it was sent.</summary>
internal sealed class HostileSeller : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<Asked, NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _accepting;

    public HostileSeller(Func<Asked, NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Url { get; }

    public ConcurrentQueue<Asked> Requests { get; } = new();

    public IReadOnlyList<Asked> PaidAt(string path) => [.. Requests.Where(request => request.IsPaid && request.Path.StartsWith(path, StringComparison.Ordinal))];

    /// <summary>A response with a body whose length is stated.</summary>
    public static byte[] Response(int status, string headers, ReadOnlySpan<byte> body) =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Some\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];

    /// <summary>A response with a text body.</summary>
    public static byte[] Response(int status, string headers = "", string body = "{}") => Response(status, headers, Encoding.UTF8.GetBytes(body));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (await ReadAsync(stream) is { } asked)
                {
                    Requests.Enqueue(asked);
                    await _answer(asked, stream, _stopping.Token);
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The other side had enough.
            }
        }
    }

    private async Task<Asked?> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < 200_000 && !(bytes.Count >= 4 && bytes[^4] == '\r' && bytes[^3] == '\n' && bytes[^2] == '\r' && bytes[^1] == '\n'))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0)
            {
                return null;
            }

            bytes.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
        var body = headers.TryGetValue("content-length", out var length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0;
        await stream.ReadExactlyAsync(new byte[body], _stopping.Token);
        return new(first[0], first[1], headers);
    }
}
