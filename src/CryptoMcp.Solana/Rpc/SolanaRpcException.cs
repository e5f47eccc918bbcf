using System.Globalization;

namespace CryptoMcp.Solana;

/// <summary>Ways in which a node fails us.</summary>
public enum SolanaRpcFailure
{
    /// <summary>No connection: refused, reset, no such host, TLS failure.</summary>
    Unreachable,

    /// <summary>No complete answer in time.</summary>
    TimedOut,

    /// <summary>An HTTP status other than success.</summary>
    HttpStatus,

    /// <summary>No JSON-RPC answer, another request's id, a result of the wrong form, or too large.</summary>
    BadAnswer,

    /// <summary>The node serves another cluster than the one configured.</summary>
    WrongCluster,

    /// <summary>The node answered with a JSON-RPC error.</summary>
    RpcError,

    /// <summary>Endpoints that had to give the same answer did not, or too few of them answered.</summary>
    Disagreement,
}

/// <summary>
/// A node could not be asked or did not answer properly. Says what went wrong and at which host; never contains the
/// endpoint's path, which may hold an API key, nor the body of an answer that is no JSON-RPC.
/// </summary>
public sealed class SolanaRpcException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What failed.</param>
    /// <param name="endpoint">Host and port of the endpoint.</param>
    /// <param name="problem">What happened, in words of ours.</param>
    /// <param name="inner">The cause.</param>
    public SolanaRpcException(SolanaRpcFailure kind, string endpoint, string problem, Exception? inner = null)
        : base($"{endpoint}: {problem}", inner)
    {
        Kind = kind;
        Endpoint = endpoint;
    }

    /// <inheritdoc cref="SolanaRpcException(SolanaRpcFailure, string, string, Exception?)"/>
    public SolanaRpcException()
        : this(SolanaRpcFailure.Unreachable, "(no endpoint)", "no endpoint was asked")
    {
    }

    /// <inheritdoc cref="SolanaRpcException(SolanaRpcFailure, string, string, Exception?)"/>
    public SolanaRpcException(string message)
        : this(SolanaRpcFailure.BadAnswer, "(no endpoint)", message)
    {
    }

    /// <inheritdoc cref="SolanaRpcException(SolanaRpcFailure, string, string, Exception?)"/>
    public SolanaRpcException(string message, Exception inner)
        : this(SolanaRpcFailure.BadAnswer, "(no endpoint)", message, inner)
    {
    }

    /// <summary>What failed.</summary>
    public SolanaRpcFailure Kind { get; }

    /// <summary>Host and port of the endpoint.</summary>
    public string Endpoint { get; }

    /// <summary>The JSON-RPC error code, for <see cref="SolanaRpcFailure.RpcError"/>.</summary>
    public long? Code { get; private init; }

    /// <summary>The node's error message, cleaned and cut to 200 characters. The node chose it: data, not instruction.</summary>
    public string? UntrustedMessage { get; private init; }

    /// <summary>The HTTP status, for <see cref="SolanaRpcFailure.HttpStatus"/>.</summary>
    public int? Status { get; private init; }

    /// <summary>True when another attempt, or another endpoint, may succeed. -32005 and -32016: the node is behind.</summary>
    internal bool IsTransient => Kind is SolanaRpcFailure.Unreachable or SolanaRpcFailure.TimedOut or SolanaRpcFailure.HttpStatus
        or SolanaRpcFailure.BadAnswer or SolanaRpcFailure.WrongCluster || (Kind == SolanaRpcFailure.RpcError && Code is -32005 or -32016 or 429);

    internal static SolanaRpcException Http(string endpoint, int status) => new(
        SolanaRpcFailure.HttpStatus,
        endpoint,
        status == 429
            ? "the node refuses more requests for now (HTTP 429). Wait, or configure an endpoint of your own."
            : string.Create(CultureInfo.InvariantCulture, $"the node answered with HTTP {status}. Try again, or configure another endpoint."))
    {
        Status = status,
    };

    internal static SolanaRpcException Rpc(string endpoint, long code, string? message)
    {
        var clean = UntrustedText.Clean(message, 200);
        return new(SolanaRpcFailure.RpcError, endpoint, string.Create(CultureInfo.InvariantCulture, $"the node reported error {code}: \"{clean}\""))
        {
            Code = code,
            UntrustedMessage = clean,
        };
    }
}
