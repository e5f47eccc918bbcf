using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CryptoMcp.Guard.Contracts;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>
/// A tool whose face is written out rather than derived: <see cref="ToolFacts"/> for the listing, a committed output
/// schema, and <see cref="RunAsync"/> for the call. Creating one connects to nothing, so a listing works without guard,
/// network and configuration.
/// </summary>
/// <typeparam name="TResult">The structured result; its JSON goes out both as structured content and as text.</typeparam>
internal abstract class PreparedTool<TResult>(ToolFacts facts, JsonTypeInfo<TResult> resultType) : McpServerTool
    where TResult : class
{
    private static readonly JsonWriterOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Tool? _protocolTool;

    /// <inheritdoc/>
    public sealed override Tool ProtocolTool => _protocolTool ??= facts.ToProtocol(OutputSchemas.Of<TResult>());

    /// <inheritdoc/>
    public sealed override IReadOnlyList<object> Metadata => [];

    /// <summary>What the result is made of; the committed output schema is tested against it.</summary>
    internal JsonTypeInfo<TResult> ResultType => resultType;

    /// <inheritdoc/>
    public sealed override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return Shape(await RunAsync(new ToolCall(request), cancellationToken).ConfigureAwait(false));
        }
        catch (GuardException refusal)
        {
            throw GuardRefusal.AsToolException(refusal);
        }
    }

    /// <summary>Parses the arguments, calls one service, shapes the result.</summary>
    protected abstract Task<TResult> RunAsync(ToolCall call, CancellationToken ct);

    private CallToolResult Shape(TResult result)
    {
        // A writer of our own: what a model reads is never spliced into HTML, and \u escapes would only cost it tokens.
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, s_relaxed))
        {
            JsonSerializer.Serialize(writer, result, resultType);
        }

        return new()
        {
            StructuredContent = JsonElement.Parse(buffer.WrittenSpan),
            Content = [new TextContentBlock { Text = Encoding.UTF8.GetString(buffer.WrittenSpan) }],
        };
    }
}
