namespace CryptoMcp.Evm;

/// <summary>Reads that travel in one round trip. Add requests, send once, then read the answers.</summary>
public sealed class RpcBatch
{
    private readonly EvmRpc _rpc;
    private readonly List<RpcAnswer> _answers = [];
    private bool _isSent;

    internal RpcBatch(EvmRpc rpc) => _rpc = rpc;

    /// <summary>Requests in the batch.</summary>
    public int Count => _answers.Count;

    /// <summary>Adds a read; its answer can be read after <see cref="SendAsync"/>.</summary>
    public RpcAnswer<T> Add<T>(RpcRequest<T> request)
    {
        ObjectDisposedException.ThrowIf(_isSent, this);
        var answer = new RpcAnswer<T>(request);
        _answers.Add(answer);
        return answer;
    }

    /// <summary>Sends the batch. A request that the node refuses fails alone, when its answer is read.</summary>
    /// <exception cref="EvmRpcException">No endpoint answered the batch.</exception>
    public Task SendAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isSent, this);
        _isSent = true;
        return _answers.Count == 0 ? Task.CompletedTask : _rpc.ReadAsync(_answers, cancellationToken);
    }
}
