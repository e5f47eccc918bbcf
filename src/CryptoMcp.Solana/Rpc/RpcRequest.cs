using System.Text.Json;

namespace CryptoMcp.Solana;

/// <summary>A JSON-RPC request that can be sent alone or in a batch. <see cref="SolanaRequests"/> makes them.</summary>
public abstract class RpcRequest
{
    private protected RpcRequest(string method, Action<Utf8JsonWriter>? writeParameters)
    {
        Method = method;
        WriteParameters = writeParameters;
    }

    /// <summary>The JSON-RPC method.</summary>
    public string Method { get; }

    /// <summary>Writes the members of the <c>params</c> array.</summary>
    internal Action<Utf8JsonWriter>? WriteParameters { get; }
}

/// <summary>A JSON-RPC request and how its result is read.</summary>
/// <typeparam name="T">The result.</typeparam>
public sealed class RpcRequest<T> : RpcRequest
{
    internal RpcRequest(string method, Action<Utf8JsonWriter>? writeParameters, Func<JsonElement, T> read, Func<T, T, bool>? same = null)
        : base(method, writeParameters)
    {
        Read = read;
        Same = same ?? EqualityComparer<T>.Default.Equals;
    }

    /// <summary>Reads <c>result</c>; throws <see cref="SolanaFormatException"/> when it has another form.</summary>
    internal Func<JsonElement, T> Read { get; }

    /// <summary>Whether the results of two nodes state the same.</summary>
    internal Func<T, T, bool> Same { get; }
}

/// <summary>The answer to one request of a batch.</summary>
public abstract class RpcAnswer
{
    private protected RpcAnswer(RpcRequest request) => Request = request;

    /// <summary>Why this request failed although the batch as a whole was answered.</summary>
    public SolanaRpcException? Error { get; private set; }

    internal RpcRequest Request { get; }

    internal bool IsAnswered { get; private set; }

    internal void Reset()
    {
        Error = null;
        IsAnswered = false;
    }

    internal void Fail(SolanaRpcException error)
    {
        Error = error;
        IsAnswered = true;
    }

    internal void Succeed(JsonElement result)
    {
        ReadResult(result);
        IsAnswered = true;
    }

    private protected abstract void ReadResult(JsonElement result);
}

/// <summary>The answer to one request of a batch.</summary>
/// <typeparam name="T">The result.</typeparam>
public sealed class RpcAnswer<T> : RpcAnswer
{
    private readonly RpcRequest<T> _request;
    private T? _value;

    internal RpcAnswer(RpcRequest<T> request)
        : base(request) => _request = request;

    /// <summary>The result.</summary>
    /// <exception cref="SolanaRpcException">This request failed.</exception>
    /// <exception cref="InvalidOperationException">The batch has not been sent.</exception>
    public T Value => Error is not null
        ? throw Error
        : IsAnswered ? _value! : throw new InvalidOperationException("The batch has not been sent.");

    private protected override void ReadResult(JsonElement result) => _value = _request.Read(result);
}

/// <summary>Reads that travel in one round trip. Add requests, send once, then read the answers.</summary>
public sealed class RpcBatch
{
    private readonly SolanaRpc _rpc;
    private readonly List<RpcAnswer> _answers = [];

    internal RpcBatch(SolanaRpc rpc) => _rpc = rpc;

    /// <summary>Adds a read; its answer can be read after <see cref="SendAsync"/>.</summary>
    public RpcAnswer<T> Add<T>(RpcRequest<T> request)
    {
        var answer = new RpcAnswer<T>(request);
        _answers.Add(answer);
        return answer;
    }

    /// <summary>Sends the batch. A request that the node refuses fails alone, when its answer is read.</summary>
    /// <exception cref="SolanaRpcException">No endpoint answered the batch.</exception>
    public Task SendAsync(CancellationToken cancellationToken = default) =>
        _answers.Count == 0 ? Task.CompletedTask : _rpc.ReadAsync(_answers, cancellationToken);
}
