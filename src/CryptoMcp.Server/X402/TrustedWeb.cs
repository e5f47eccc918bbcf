using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Web;

namespace CryptoMcp.Server.X402;

/// <summary>Reads the owner's <c>web.json</c>: <c>{"trusted_origins": ["http://127.0.0.1:4021"]}</c>.</summary>
internal static class TrustedWeb
{
    /// <summary>The options that it makes; the strict ones when there is no file.</summary>
    /// <exception cref="ToolException">The file is there and cannot be read as such.</exception>
    public static WebOptions Read(string? file)
    {
        if (file is null || !File.Exists(file))
        {
            return new();
        }

        try
        {
            return new() { TrustedOrigins = JsonSerializer.Deserialize(File.ReadAllBytes(file), WebFileJson.Default.WebFile)?.TrustedOrigins ?? [] };
        }
        catch (JsonException e)
        {
            throw new ToolException("web_file_invalid", "The owner's web.json cannot be read.", "Tell the owner; its form is {\"trusted_origins\": [\"http://127.0.0.1:4021\"]}.", e);
        }
    }
}

/// <summary>The file.</summary>
internal sealed record WebFile
{
    /// <summary>Origins without path that may be plain http and lie on a private address.</summary>
    public IReadOnlyList<string>? TrustedOrigins { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(WebFile))]
internal sealed partial class WebFileJson : JsonSerializerContext;
