using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>One thing that a facilitator settles.</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Scheme">Scheme.</param>
/// <param name="Network">Network, as that version names it.</param>
/// <param name="FacilitatorAddress">The only account that can settle <c>upto</c>, from <c>extra.facilitatorAddress</c>.</param>
public sealed record SupportedKind(int Version, string Scheme, string Network, string? FacilitatorAddress = null);

/// <summary>What a facilitator settles: the answer of <c>/supported</c>.</summary>
public sealed record SupportedKinds
{
    /// <summary>Schemes by network and version.</summary>
    public required IReadOnlyList<SupportedKind> Kinds { get; init; }

    /// <summary>Extensions that it handles.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The accounts that submit transactions on EVM chains.</summary>
    public IReadOnlyList<string> EvmSigners { get; init; } = [];

    /// <summary>Reads an answer. Kinds of versions that are not known are left out.</summary>
    /// <exception cref="X402FormatException">A member is missing or malformed.</exception>
    public static SupportedKinds Read(JsonElement json)
    {
        var members = new WireObject(json, "supported");
        var kinds = new List<SupportedKind>();
        foreach (var entry in members.Array("kinds").EnumerateArray())
        {
            var kind = new WireObject(entry, "kind");
            if (kind.WholeNumber("x402Version") is var version and (1 or 2))
            {
                var address = kind.OptionalObject("extra") is { } extra ? new WireObject(extra, "kind.extra").OptionalText("facilitatorAddress") : null;
                kinds.Add(new((int)version, kind.Text("scheme"), kind.Text("network"), address));
            }
        }

        var extensions = new List<string>();
        if (members.Has("extensions"))
        {
            foreach (var entry in members.Array("extensions").EnumerateArray())
            {
                if (entry.ValueKind == JsonValueKind.String)
                {
                    extensions.Add(entry.GetString()!);
                }
            }
        }

        return new() { Kinds = kinds, Extensions = extensions };
    }

    /// <summary>The answer as JSON.</summary>
    public byte[] ToJson() => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("kinds");
        foreach (var kind in Kinds)
        {
            writer.WriteStartObject();
            writer.WriteNumber("x402Version", kind.Version);
            writer.WriteString("scheme", kind.Scheme);
            writer.WriteString("network", kind.Network);
            if (kind.FacilitatorAddress is not null)
            {
                writer.WriteStartObject("extra");
                writer.WriteString("facilitatorAddress", kind.FacilitatorAddress);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteTexts(writer, "extensions", Extensions);
        writer.WriteStartObject("signers");
        WriteTexts(writer, "eip155:*", EvmSigners);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
