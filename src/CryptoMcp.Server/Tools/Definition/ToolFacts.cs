using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>
/// What <c>tools/list</c> says of a tool. Written out in full beside the tool's code, so that listing needs no reflection
/// and no schema generator: the model reads exactly what stands here.
/// </summary>
internal sealed record ToolFacts
{
    private static readonly JsonWriterOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Group, then verb: <c>wallet_balances</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A person reads this in a client's list.</summary>
    public required string Title { get; init; }

    /// <summary>What it does, when to use it rather than its neighbour, what it never does.</summary>
    public required string Description { get; init; }

    /// <summary>What a call may do to the world; decides the four hints.</summary>
    public required ToolEffect Effect { get; init; }

    /// <summary>The arguments, in the order in which they are shown.</summary>
    public required IReadOnlyList<Argument> Arguments { get; init; }

    /// <summary>The same facts as the protocol states them.</summary>
    /// <param name="outputSchema">JSON Schema of the structured result.</param>
    public Tool ToProtocol(JsonElement outputSchema) => new()
    {
        Name = Name,
        Title = Title,
        Description = Description,
        InputSchema = InputSchema(),
        OutputSchema = outputSchema,
        Annotations = new()
        {
            ReadOnlyHint = Effect is ToolEffect.ReadsGuard or ToolEffect.ReadsChain,
            DestructiveHint = Effect is ToolEffect.ActsOnChain or ToolEffect.SpendsMoney,
            // Without a key, the same transfer pays again once enough time has passed: no client may repeat it by itself.
            IdempotentHint = Effect is not (ToolEffect.SpendsMoney or ToolEffect.WritesGuard),
            OpenWorldHint = Effect is not (ToolEffect.ReadsGuard or ToolEffect.WritesGuard),
        },
    };

    private JsonElement InputSchema()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, s_relaxed))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "object");
            writer.WriteStartObject("properties");
            foreach (var argument in Arguments)
            {
                argument.Write(writer);
            }

            writer.WriteEndObject();
            WriteRequired(writer);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private void WriteRequired(Utf8JsonWriter writer)
    {
        var open = false;
        foreach (var argument in Arguments)
        {
            if (!argument.IsRequired)
            {
                continue;
            }

            if (!open)
            {
                writer.WriteStartArray("required");
                open = true;
            }

            writer.WriteStringValue(argument.Name);
        }

        if (open)
        {
            writer.WriteEndArray();
        }
    }
}

/// <summary>What a call may do to the world outside this process.</summary>
internal enum ToolEffect
{
    /// <summary>Reads from the guard on this machine.</summary>
    ReadsGuard,

    /// <summary>Reads from a chain.</summary>
    ReadsChain,

    /// <summary>Writes something down with the guard; moves nothing.</summary>
    WritesGuard,

    /// <summary>Changes something on a chain, but pays nobody.</summary>
    ActsOnChain,

    /// <summary>Pays somebody; cannot be undone.</summary>
    SpendsMoney,
}
