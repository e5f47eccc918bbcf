using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace CryptoMcp.Solana;

/// <summary>
/// One JSON-RPC endpoint over HTTP. Makes sure that it serves the configured cluster: the genesis hash is asked on first
/// use, after every failure, and from time to time, in the same round trip as the read that needs it.
/// </summary>
internal sealed class RpcEndpoint : IDisposable
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly Uri _url;
    private readonly SolanaCluster _cluster;
    private readonly SolanaRpcOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;
    private long _verifiedAt;
    private volatile bool _isVerified;
    private volatile bool _refusesBatches;

    public RpcEndpoint(Uri url, SolanaCluster cluster, SolanaRpcOptions options, TimeProvider clock)
    {
        _url = url;
        _cluster = cluster;
        _options = options;
        _clock = clock;
        _http = new(options.CreateHandler?.Invoke() ?? CreateSocketsHandler());
        Name = url.IsDefaultPort ? url.Host : string.Create(CultureInfo.InvariantCulture, $"{url.Host}:{url.Port}");
    }

    /// <summary>Host and port; the path may hold an API key and is never shown.</summary>
    public string Name { get; }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends reads in one round trip, or one by one to a node that refuses batches.</summary>
    public async Task ReadAsync(IReadOnlyList<RpcAnswer> answers, CancellationToken cancellationToken)
    {
        try
        {
            if (IsVerified)
            {
                await ExchangeAsync(answers, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var genesis = new RpcAnswer<Blockhash>(SolanaRequests.GenesisHash);
                await ExchangeAsync([genesis, .. answers], cancellationToken).ConfigureAwait(false);
                CheckCluster(genesis.Value);
            }

            if (answers.FirstOrDefault(answer => answer.Error is { IsTransient: true })?.Error is { } error)
            {
                throw error;
            }
        }
        catch (SolanaRpcException)
        {
            _isVerified = false;
            throw;
        }
    }

    /// <summary>Sends one request that is no read, once, to a node that has shown to serve the cluster.</summary>
    public async Task SendOnceAsync(RpcAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            if (!IsVerified)
            {
                var genesis = new RpcAnswer<Blockhash>(SolanaRequests.GenesisHash);
                await PostAsync([genesis], cancellationToken).ConfigureAwait(false);
                CheckCluster(genesis.Value);
            }

            await PostAsync([answer], cancellationToken).ConfigureAwait(false);
        }
        catch (SolanaRpcException)
        {
            _isVerified = false;
            throw;
        }
    }

    private bool IsVerified => _isVerified && _clock.GetElapsedTime(Interlocked.Read(ref _verifiedAt)) < _options.GenesisValidFor;

    private void CheckCluster(Blockhash genesis)
    {
        if (!_cluster.IsGenesis(genesis))
        {
            throw new SolanaRpcException(
                SolanaRpcFailure.WrongCluster,
                Name,
                $"the node serves the cluster with genesis hash {genesis}, but {_cluster} is configured. Nothing it said was used. Correct the endpoint.");
        }

        Interlocked.Exchange(ref _verifiedAt, _clock.GetTimestamp());
        _isVerified = true;
    }

    private async Task ExchangeAsync(IReadOnlyList<RpcAnswer> answers, CancellationToken cancellationToken)
    {
        if (answers.Count > 1 && !_refusesBatches)
        {
            try
            {
                await PostAsync(answers, cancellationToken).ConfigureAwait(false);
                if (answers.All(answer => answer.IsAnswered))
                {
                    return;
                }
            }
            catch (SolanaRpcException error) when (error.Status is 400 or 405 or 413 or 422 or 501)
            {
                // Some gateways say by HTTP status that they take no batches, or none of this size.
            }

            _refusesBatches = true;
        }

        foreach (var answer in answers)
        {
            answer.Reset();
            await PostAsync([answer], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PostAsync(IReadOnlyList<RpcAnswer> answers, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, _clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var body = new ArrayBufferWriter<byte>(256);
        RpcMessage.Write(body, answers);
        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = s_json;
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = content, Version = HttpVersion.Version11 };

        // Some public gateways refuse requests that do not say what they come from.
        request.Headers.TryAddWithoutValidation("User-Agent", "CryptoMcp");
        try
        {
            using var response = await _http.SendAsync(request, linked.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw SolanaRpcException.Http(Name, (int)response.StatusCode);
            }

            RpcMessage.Read(await ReadBodyAsync(response, linked.Token).ConfigureAwait(false), answers, Name);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SolanaRpcException(SolanaRpcFailure.TimedOut, Name, string.Create(
                CultureInfo.InvariantCulture,
                $"no answer within {_options.Timeout.TotalSeconds:0.###} s. Try again, or configure another endpoint."));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new SolanaRpcException(
                SolanaRpcFailure.Unreachable, Name, "no connection. Check that the node runs, or configure another endpoint.", error);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > _options.MaxAnswerBytes)
        {
            throw TooLarge();
        }

        var body = new ArrayBufferWriter<byte>(4096);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        while (await stream.ReadAsync(body.GetMemory(4096), cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > _options.MaxAnswerBytes)
            {
                throw TooLarge();
            }
        }

        return body.WrittenMemory;
    }

    private SolanaRpcException TooLarge() => new(SolanaRpcFailure.BadAnswer, Name, string.Create(
        CultureInfo.InvariantCulture,
        $"the answer is larger than {_options.MaxAnswerBytes} bytes. Ask for less, or configure another endpoint."));

    /// <summary>No proxy, redirect, cookie or decompression: a node is asked directly and answers itself.</summary>
    private SocketsHttpHandler CreateSocketsHandler() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 32,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        ConnectTimeout = _options.Timeout,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
