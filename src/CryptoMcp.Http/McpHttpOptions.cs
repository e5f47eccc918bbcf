namespace CryptoMcp.Http;

/// <summary>Which clients get a session in the server's memory on the Streamable HTTP endpoint.</summary>
public enum McpSessionPolicy
{
    /// <summary>Nobody. Every POST stands alone; GET and DELETE answer 405. For several hosts behind one load balancer.</summary>
    None,

    /// <summary>
    /// Clients that open with <c>initialize</c> (revisions 2025-11-25 and older) get an <c>Mcp-Session-Id</c>;
    /// requests of revision 2026-07-28 on the same endpoint are served without state.
    /// </summary>
    InitializeClients,
}

/// <summary>Settings of the Streamable HTTP endpoint. The defaults suit a server on the loopback interface.</summary>
public sealed class McpHttpOptions
{
    /// <summary>Host names, without port, that the endpoint answers to. A request for any other is refused with 403.</summary>
    public ISet<string> AllowedHosts { get; } =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };

    /// <summary>Browser origins (<c>scheme://host[:port]</c>) allowed besides loopback ones.</summary>
    public ISet<string> AllowedOrigins { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether any loopback origin is allowed, as the MCP inspector's page needs. Turn it off on a public host.</summary>
    public bool AllowLoopbackOrigins { get; set; } = true;

    /// <summary>Session policy for clients older than 2026-07-28.</summary>
    public McpSessionPolicy Sessions { get; set; } = McpSessionPolicy.InitializeClients;

    /// <summary>How long a session may be without an open request before it is dropped.</summary>
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Sessions held at once. Beyond it the one idle longest makes room; if none is idle, the newcomer gets 503.</summary>
    public int MaxSessions { get; set; } = 256;

    /// <summary>Largest request body in bytes; a larger one is refused with 413.</summary>
    public long MaxRequestBytes { get; set; } = 1 << 20;

    /// <summary>
    /// After this much silence, at most twice as much, an open event stream gets a comment line, so that proxies do not take
    /// a long tool for a dead connection. The first comes after a second, with the headers.
    /// <see cref="Timeout.InfiniteTimeSpan"/> turns it off.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);
}
