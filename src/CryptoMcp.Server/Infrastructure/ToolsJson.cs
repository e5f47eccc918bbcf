using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelContextProtocol;

namespace CryptoMcp.Server.Infrastructure;

/// <summary>Metadata of everything that tools take and return, generated at build time: Native AOT has no other.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
internal sealed partial class ToolsJsonContext : JsonSerializerContext;

/// <summary>
/// Serializer options for the registration of tools. A class of its own: inside the context, this initializer could run
/// before the generated <c>Default</c>.
/// </summary>
internal static class ToolsJson
{
    public static JsonSerializerOptions Options { get; } = With(ToolsJsonContext.Default);

    /// <summary>The options of this server with the metadata of <paramref name="context"/>.</summary>
    public static JsonSerializerOptions With(JsonSerializerContext context)
    {
        // Results are read by a model and never spliced into HTML: \u escapes would only cost it tokens.
        var options = new JsonSerializerOptions(McpJsonUtilities.DefaultOptions)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.TypeInfoResolverChain.Insert(0, context);
        options.MakeReadOnly();
        return options;
    }
}
