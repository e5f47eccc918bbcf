using System.Text.Json;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>
/// The JSON Schemas of all results, in one committed file. They are what <see cref="System.Text.Json.Schema"/> says of the
/// result records; a test compares the two and can rewrite the file, so that nothing is generated at start.
/// </summary>
internal static class OutputSchemas
{
    /// <summary>Name of the embedded file.</summary>
    internal const string ResourceName = "output-schemas.json";

    private static readonly Lazy<Dictionary<string, JsonElement>> s_all = new(Load);

    /// <summary>The schema of a result record.</summary>
    public static JsonElement Of<TResult>() => s_all.Value[typeof(TResult).Name];

    private static Dictionary<string, JsonElement> Load()
    {
        using var stream = typeof(OutputSchemas).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The build left {ResourceName} out.");
        using var document = JsonDocument.Parse(stream);
        var schemas = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var schema in document.RootElement.EnumerateObject())
        {
            schemas.Add(schema.Name, schema.Value.Clone());
        }

        return schemas;
    }
}
