using System.Globalization;

namespace CryptoMcp.Evm;

/// <summary>Ways in which a node fails us.</summary>
public enum EvmRpcFailure
{
    /// <summary>No connection: refused, reset, no such host, TLS failure.</summary>
    Unreachable,

    /// <summary>No complete answer in time.</summary>
    TimedOut,

    /// <summary>An HTTP status other than success.</summary>
    HttpStatus,

    /// <summary>No JSON-RPC answer, another request's id, or a result of the wrong form.</summary>
    BadAnswer,

    /// <summary>The answer is longer than is read. The same endpoint would say the same again: ask another, or for less.</summary>
    TooLarge,

    /// <summary>The node serves another chain than the one configured.</summary>
    WrongChain,

    /// <summary>The node answered with a JSON-RPC error.</summary>
    RpcError,

    /// <summary>Endpoints that had to give the same answer did not, or too few of them answered.</summary>
    Disagreement,
}

/// <summary>
/// A node could not be asked or did not answer properly. Says what went wrong and at which host; never contains the
/// endpoint's path, which may hold an API key, nor the body of an answer that is no JSON-RPC.
/// </summary>
public sealed class EvmRpcException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What failed.</param>
    /// <param name="endpoint">Host and port of the endpoint.</param>
    /// <param name="problem">What happened, in words of ours.</param>
    /// <param name="inner">The cause.</param>
    public EvmRpcException(EvmRpcFailure kind, string endpoint, string problem, Exception? inner = null)
        : base($"{endpoint}: {problem}", inner)
    {
        Kind = kind;
        Endpoint = endpoint;
    }

    /// <inheritdoc cref="EvmRpcException(EvmRpcFailure, string, string, Exception?)"/>
    public EvmRpcException()
        : this(EvmRpcFailure.Unreachable, "(no endpoint)", "no endpoint was asked")
    {
    }

    /// <inheritdoc cref="EvmRpcException(EvmRpcFailure, string, string, Exception?)"/>
    public EvmRpcException(string message)
        : this(EvmRpcFailure.BadAnswer, "(no endpoint)", message)
    {
    }

    /// <inheritdoc cref="EvmRpcException(EvmRpcFailure, string, string, Exception?)"/>
    public EvmRpcException(string message, Exception inner)
        : this(EvmRpcFailure.BadAnswer, "(no endpoint)", message, inner)
    {
    }

    /// <summary>What failed.</summary>
    public EvmRpcFailure Kind { get; }

    /// <summary>Host and port of the endpoint.</summary>
    public string Endpoint { get; }

    /// <summary>The JSON-RPC error code, for <see cref="EvmRpcFailure.RpcError"/>.</summary>
    public long? Code { get; private init; }

    /// <summary>The node's error message, cleaned and cut to 200 characters. The node chose it: data, not instruction.</summary>
    public string? UntrustedMessage { get; private init; }

    /// <summary>What a reverted call returned, when the node tells.</summary>
    public ReadOnlyMemory<byte> RevertData { get; private init; }

    /// <summary>The HTTP status, for <see cref="EvmRpcFailure.HttpStatus"/>.</summary>
    public int? Status { get; private init; }

    /// <summary>
    /// True when a request that is not a read may have reached the node, so that its effect is unknown: the transaction
    /// may be in the pool although the answer is missing.
    /// </summary>
    public bool MayHaveBeenSent { get; internal set; }

    /// <summary>True when another attempt, or another endpoint, may succeed.</summary>
    internal bool IsTransient => Kind is EvmRpcFailure.Unreachable or EvmRpcFailure.TimedOut or EvmRpcFailure.HttpStatus
        or EvmRpcFailure.BadAnswer or EvmRpcFailure.TooLarge or EvmRpcFailure.WrongChain || (Kind == EvmRpcFailure.RpcError && Code is -32005 or 429);

    internal static EvmRpcException Http(string endpoint, int status) => new(
        EvmRpcFailure.HttpStatus,
        endpoint,
        status == 429
            ? "the node refuses more requests for now (HTTP 429). Wait, or configure an endpoint of your own."
            : string.Create(CultureInfo.InvariantCulture,
                $"the node answered with HTTP {status}. Try again, or configure another endpoint."))
    {
        Status = status,
    };

    internal static EvmRpcException Rpc(string endpoint, long code, string? message, ReadOnlyMemory<byte> revertData)
    {
        var clean = UntrustedText.Clean(message, 200);
        return new(EvmRpcFailure.RpcError, endpoint,
            string.Create(CultureInfo.InvariantCulture, $"the node reported error {code}: \"{clean}\""))
        {
            Code = code,
            UntrustedMessage = clean,
            RevertData = revertData,
        };
    }
}
