using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace CryptoMcp.Evm;

/// <summary>
/// One JSON-RPC endpoint over HTTP. Makes sure that it serves the configured chain: the chain id is asked on first use,
/// after every failure and new connection, and from time to time, in the same round trip as the read that needs it.
/// </summary>
internal sealed class RpcEndpoint : IDisposable
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly Uri _url;
    private readonly EvmChain _chain;
    private readonly EvmRpcOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;
    private long _connections;
    private long _verifiedConnections = -1;
    private long _verifiedAt;
    private long _failedAt;
    private volatile bool _hasFailed;
    private volatile bool _refusesBatches;

    public RpcEndpoint(Uri url, EvmChain chain, EvmRpcOptions options, TimeProvider clock)
    {
        _url = url;
        _chain = chain;
        _options = options;
        _clock = clock;
        _http = new(options.CreateHandler?.Invoke() ?? CreateSocketsHandler());
        Name = url.IsDefaultPort ? url.Host : string.Create(CultureInfo.InvariantCulture, $"{url.Host}:{url.Port}");
    }

    /// <summary>Host and port; the path may hold an API key and is never shown.</summary>
    public string Name { get; }

    /// <summary>True for a while after a failure.</summary>
    public bool IsCoolingDown => _hasFailed && _clock.GetElapsedTime(Interlocked.Read(ref _failedAt)) < _options.CoolDown;

    public void Dispose() => _http.Dispose();

    /// <summary>Sends reads in one round trip, or one by one to a node that refuses batches.</summary>
    public async Task ReadAsync(IReadOnlyList<RpcAnswer> answers, CancellationToken cancellationToken)
    {
        try
        {
            var connections = Interlocked.Read(ref _connections);
            if (IsVerified(connections))
            {
                await ExchangeAsync(answers, cancellationToken).ConfigureAwait(false);
                if (Interlocked.Read(ref _connections) != connections)
                {
                    // The answer may have come over a connection that did not exist when the chain id was checked.
                    await VerifyChainAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            else
            {
                var chainId = new RpcAnswer<ulong>(EvmRequests.ChainId);
                await ExchangeAsync([chainId, .. answers], cancellationToken).ConfigureAwait(false);
                CheckChain(chainId.Value);
            }

            if (answers.FirstOrDefault(answer => answer.Error is { IsTransient: true })?.Error is { } error)
            {
                throw error;
            }

            _hasFailed = false;
        }
        catch (EvmRpcException)
        {
            MarkFailed();
            throw;
        }
    }

    /// <summary>Asks the chain id unless it was checked lately over the connections that there are.</summary>
    public async Task EnsureChainAsync(CancellationToken cancellationToken)
    {
        if (!IsVerified(Interlocked.Read(ref _connections)))
        {
            try
            {
                await VerifyChainAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (EvmRpcException)
            {
                MarkFailed();
                throw;
            }
        }
    }

    /// <summary>Sends one request that is no read, once. Check the chain before with <see cref="EnsureChainAsync"/>.</summary>
    public async Task SendOnceAsync(RpcAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            await PostAsync([answer], cancellationToken).ConfigureAwait(false);
        }
        catch (EvmRpcException error)
        {
            // A refused connection never carried the request; anything later may have.
            error.MayHaveBeenSent = error.InnerException is not HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError,
            };
            MarkFailed();
            throw;
        }
    }

    private bool IsVerified(long connections) => Interlocked.Read(ref _verifiedConnections) == connections
        && _clock.GetElapsedTime(Interlocked.Read(ref _verifiedAt)) < _options.ChainIdValidFor;

    private void MarkFailed()
    {
        Interlocked.Exchange(ref _verifiedConnections, -1);
        Interlocked.Exchange(ref _failedAt, _clock.GetTimestamp());
        _hasFailed = true;
    }

    private async Task VerifyChainAsync(CancellationToken cancellationToken)
    {
        var chainId = new RpcAnswer<ulong>(EvmRequests.ChainId);
        await PostAsync([chainId], cancellationToken).ConfigureAwait(false);
        CheckChain(chainId.Value);
    }

    private void CheckChain(ulong chainId)
    {
        if (chainId != _chain.Id.EvmNumber)
        {
            throw new EvmRpcException(EvmRpcFailure.WrongChain, Name, string.Create(
                CultureInfo.InvariantCulture,
                $"the node serves chain eip155:{chainId}, but {_chain} is configured. Nothing it said was used. Correct the endpoint."));
        }

        Interlocked.Exchange(ref _verifiedAt, _clock.GetTimestamp());
        Interlocked.Exchange(ref _verifiedConnections, Interlocked.Read(ref _connections));
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
            catch (EvmRpcException error) when (error.Status is 400 or 405 or 413 or 422 or 501)
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
        byte[]? rented = null;
        try
        {
            using var response = await _http.SendAsync(request, linked.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw EvmRpcException.Http(Name, (int)response.StatusCode);
            }

            (rented, var length) = await ReadBodyAsync(response, linked.Token).ConfigureAwait(false);
            RpcMessage.Read(rented.AsMemory(0, length), answers, Name);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EvmRpcException(EvmRpcFailure.TimedOut, Name, string.Create(
                CultureInfo.InvariantCulture,
                $"no answer within {_options.Timeout.TotalSeconds:0.###} s. Try again, or configure another endpoint."));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new EvmRpcException(EvmRpcFailure.Unreachable, Name,
                $"no connection ({Cause(error)}). Check that the node runs, or configure another endpoint.", error);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private async Task<(byte[] Buffer, int Length)> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var announced = response.Content.Headers.ContentLength;
        var buffer = announced > _options.MaxAnswerBytes
            ? throw TooLarge()
            : ArrayPool<byte>.Shared.Rent(Math.Max(4096, (int)(announced ?? 0) + 1));
        try
        {
            var length = 0;
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                length += read;
                if (length > _options.MaxAnswerBytes)
                {
                    throw TooLarge();
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return (buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private EvmRpcException TooLarge() => new(EvmRpcFailure.TooLarge, Name, string.Create(
        CultureInfo.InvariantCulture,
        $"the answer is larger than {_options.MaxAnswerBytes} bytes. Ask for less, or configure another endpoint."));

    private static string Cause(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host name does not resolve",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "refused",
        _ => "broken off",
    };

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
                Interlocked.Increment(ref _connections);
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
