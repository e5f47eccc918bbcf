using System.Security.Claims;
using ModelContextProtocol.Server;

namespace CryptoMcp.Http;

/// <summary>One <c>Mcp-Session-Id</c>: a transport, the server that reads from it, and a count of open requests.</summary>
internal sealed class LegacySession : IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly string? _owner;
    private Task _run = Task.CompletedTask;
    private long _lastSeen;
    private int _leases;
    private int _getOpened;
    private int _disposed;

    /// <param name="id">The session id, unguessable.</param>
    /// <param name="transport">Owned by the session from here on.</param>
    /// <param name="server">Owned by the session from here on.</param>
    /// <param name="user">Who opened the session.</param>
    /// <param name="now">Timestamp of opening: with 0 a fresh session would be the first to make room for another.</param>
    public LegacySession(string id, StreamableHttpServerTransport transport, McpServer server, ClaimsPrincipal user, long now)
    {
        Id = id;
        Transport = transport;
        Server = server;
        _lastSeen = now;
        _owner = OwnerOf(user);
    }

    public string Id { get; }

    public StreamableHttpServerTransport Transport { get; }

    public McpServer Server { get; }

    /// <summary>Timestamp of the clock when a request last started or ended.</summary>
    public long LastSeen => Volatile.Read(ref _lastSeen);

    public bool IsIdle => Volatile.Read(ref _leases) == 0;

    public void Start() => _run = Server.RunAsync(_closed.Token);

    /// <summary>A stolen session id must not be enough: the caller has to be who opened the session.</summary>
    public bool IsOwnedBy(ClaimsPrincipal user) => string.Equals(_owner, OwnerOf(user), StringComparison.Ordinal);

    public bool TryOpenGet() => Interlocked.Exchange(ref _getOpened, 1) == 0;

    /// <summary>Marks the session as in use until the lease is disposed of: neither the sweep nor eviction takes it.</summary>
    public Lease Rent(TimeProvider clock)
    {
        Interlocked.Increment(ref _leases);
        Volatile.Write(ref _lastSeen, clock.GetTimestamp());
        return new(this, clock);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Transport first: it completes the reader, so the run loop ends without a storm of cancellations.
        await Transport.DisposeAsync();
        await _closed.CancelAsync();
        try
        {
            await _run;
        }
        catch (OperationCanceledException)
        {
            // The cancellation just asked for.
        }

        await Server.DisposeAsync();
        _closed.Dispose();
    }

    private static string? OwnerOf(ClaimsPrincipal user)
    {
        if (user.Identity?.IsAuthenticated is not true)
        {
            return null;
        }

        var claim = user.FindFirst("sub") ?? user.FindFirst(ClaimTypes.NameIdentifier);
        return claim is null ? "?" : $"{claim.Issuer}|{claim.Value}";
    }

    internal readonly struct Lease(LegacySession session, TimeProvider clock) : IDisposable
    {
        public void Dispose()
        {
            Volatile.Write(ref session._lastSeen, clock.GetTimestamp());
            Interlocked.Decrement(ref session._leases);
        }
    }
}
