using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CryptoMcp.Testing;

/// <summary>A loopback line to a server that a test can cut, in either direction, while something is on its way.</summary>
public sealed class TcpLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly Task _accepting;
    private volatile LineState _state;

    private TcpLine(int server)
    {
        _server = server;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port to connect to.</summary>
    public int Port { get; }

    /// <summary>Opens a line to a loopback port.</summary>
    public static TcpLine To(int port) => new(port);

    /// <summary>From now on; connections that are open feel it at once.</summary>
    public void Set(LineState state)
    {
        _state = state;
        if (state == LineState.Cut)
        {
            CloseAll();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        CloseAll();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _open[client] = 0;
        _open[server] = 0;
        try
        {
            if (_state != LineState.Cut)
            {
                client.NoDelay = server.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _server);
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), server.GetStream(), isAnswer: false), PumpAsync(server.GetStream(), client.GetStream(), isAnswer: true));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // One end is gone, so the other goes as well.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isAnswer)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            if (_state == LineState.Cut || (isAnswer && _state == LineState.LosesAnswers))
            {
                // The server has done its work by now; the answer is lost, and with it the connection.
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private void CloseAll()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Dispose();
        }
    }
}

/// <summary>What a line does to what is sent over it.</summary>
public enum LineState
{
    /// <summary>Everything passes.</summary>
    Passes,

    /// <summary>Requests arrive; the connection ends where the answer would begin.</summary>
    LosesAnswers,

    /// <summary>Nothing passes.</summary>
    Cut,
}
