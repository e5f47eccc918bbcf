using System.Text.Json;

namespace CryptoMcp.Evm;

/// <summary>A JSON-RPC request that can be sent alone or in a batch. <see cref="EvmRequests"/> makes them.</summary>
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

    /// <summary>Reads <c>result</c>; throws <see cref="EvmFormatException"/> when it has another form.</summary>
    internal Func<JsonElement, T> Read { get; }

    /// <summary>Whether the results of two nodes state the same.</summary>
    internal Func<T, T, bool> Same { get; }
}

/// <summary>The answer to one request of a batch.</summary>
public abstract class RpcAnswer
{
    private protected RpcAnswer(RpcRequest request) => Request = request;

    /// <summary>Why this request failed although the batch as a whole was answered.</summary>
    public EvmRpcException? Error { get; private set; }

    internal RpcRequest Request { get; }

    internal bool IsAnswered { get; private set; }

    internal void Reset()
    {
        Error = null;
        IsAnswered = false;
    }

    internal void Fail(EvmRpcException error)
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
    /// <exception cref="EvmRpcException">This request failed.</exception>
    /// <exception cref="InvalidOperationException">The batch has not been sent.</exception>
    public T Value => Error is not null
        ? throw Error
        : IsAnswered ? _value! : throw new InvalidOperationException("The batch has not been sent.");

    private protected override void ReadResult(JsonElement result) => _value = _request.Read(result);
}
