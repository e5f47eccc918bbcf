using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Stdio;

/// <summary>
/// The stdio transport as the SDK sees it. Lines are pushed into it, and it knows which requests are still unanswered, so
/// that the end of input can be a clean one.
/// </summary>
internal sealed class StdioTransport : TransportBase
{
    private static readonly JsonTypeInfo<JsonRpcMessage> s_messageType =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    private readonly LineWriter _output;
    private readonly Lock _gate = new();
    private readonly HashSet<RequestId> _unanswered = [];
    private TaskCompletionSource? _allAnswered;
    private readonly ManualResetEventSlim _awaitedAnswer = new();
    private RequestId? _awaited;
    private RequestId? _silenced;

    public StdioTransport(LineWriter output, ILoggerFactory? loggers)
        : base("cryptomcp stdio", loggers)
    {
        _output = output;
        SetConnected();
    }

    /// <summary>Hands one line to the server, or answers it with an error when it is no message.</summary>
    public void Accept(ReadOnlySpan<byte> line)
    {
        JsonRpcMessage? message;
        try
        {
            message = JsonSerializer.Deserialize(line, s_messageType);
        }
        catch (JsonException)
        {
            message = null;
        }

        if (message is null)
        {
            RefuseLine(line);
            return;
        }

        if (message is JsonRpcRequest { Method: RequestMethods.Initialize } initialize)
        {
            // The server handles messages concurrently, and all that follow depend on what this one settles.
            PassAndWait(initialize);
        }
        else
        {
            Pass(message);
        }
    }

    /// <summary>Hands over a request whose answer the client already has: this one is not written.</summary>
    public void AcceptSilently(ReadOnlySpan<byte> line)
    {
        if (JsonSerializer.Deserialize(line, s_messageType) is not JsonRpcRequest request)
        {
            throw new InvalidOperationException("Only a request can be replayed.");
        }

        _silenced = request.Id;
        PassAndWait(request);
    }

    /// <summary>Refuses a line that holds no single message; batches are among them (removed in revision 2025-06-18).</summary>
    public void RefuseLine(ReadOnlySpan<byte> line)
    {
        var isBatch = line.TrimStart(" \t"u8) is [(byte)'[', ..];
        var error = new JsonRpcError
        {
            // A default id is written as null, which JSON-RPC 2.0 asks for when the id cannot be told.
            Id = MessageIds.FindIn(line),
            Error = new()
            {
                Code = (int)(isBatch ? McpErrorCode.InvalidRequest : McpErrorCode.ParseError),
                Message = isBatch ? "Batches are not supported; send one message per line." : "The line is not one JSON-RPC message.",
            },
        };
        Write(error);
    }

    /// <summary>Completes when nothing is unanswered that ends by itself. Call when no line will follow.</summary>
    public Task WhenAllAnswered()
    {
        lock (_gate)
        {
            _allAnswered ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_unanswered.Count == 0)
            {
                _allAnswered.TrySetResult();
            }

            return _allAnswered.Task;
        }
    }

    /// <inheritdoc/>
    public override Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        if (!IsConnected)
        {
            return Task.CompletedTask;
        }

        var answered = message is JsonRpcResponse or JsonRpcError ? ((JsonRpcMessageWithId)message).Id : (RequestId?)null;
        try
        {
            if (answered is { } id && id.Equals(_silenced))
            {
                _silenced = null;
            }
            else
            {
                Write(message);
            }
        }
        finally
        {
            // Also when the client is gone: nobody waits for that answer any more.
            if (answered is { } done)
            {
                Settle(done);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        SetDisconnected();
        _awaitedAnswer.Set();
        return ValueTask.CompletedTask;
    }

    private void PassAndWait(JsonRpcRequest request)
    {
        _awaitedAnswer.Reset();
        _awaited = request.Id;
        Pass(request);
        _awaitedAnswer.Wait();
    }

    private void Pass(JsonRpcMessage message)
    {
        Expect(message);

        // Completes at once: the channel behind it is unbounded.
        WriteMessageAsync(message).GetAwaiter().GetResult();
    }

    private void Expect(JsonRpcMessage message)
    {
        switch (message)
        {
            // A subscription is answered by a stream that ends with the client.
            case JsonRpcRequest { Method: not RequestMethods.SubscriptionsListen } request:
                lock (_gate)
                {
                    _unanswered.Add(request.Id);
                }

                break;

            // What the client took back gets no answer.
            case JsonRpcNotification { Method: NotificationMethods.CancelledNotification } cancelled:
                if (MessageIds.CancelledBy(cancelled) is { } id)
                {
                    Settle(id);
                }

                break;
            default:
                break;
        }
    }

    private void Settle(RequestId id)
    {
        lock (_gate)
        {
            _unanswered.Remove(id);
            if (_unanswered.Count == 0)
            {
                _allAnswered?.TrySetResult();
            }

            if (id.Equals(_awaited))
            {
                _awaited = null;
                _awaitedAnswer.Set();
            }
        }
    }

    private void Write(JsonRpcMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = McpJsonUtilities.DefaultOptions.Encoder }))
        {
            JsonSerializer.Serialize(json, message, s_messageType);
        }

        buffer.Write("\n"u8);
        _output.Write(buffer.WrittenSpan);
    }
}
