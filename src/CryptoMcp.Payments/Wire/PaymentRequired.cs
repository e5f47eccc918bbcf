using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>
/// A seller's terms: the header of a 402 in version 2, its body in version 1, a tool result over MCP. An offer that cannot
/// be read does not spoil the others.
/// </summary>
public sealed record PaymentRequired
{
    /// <summary>Most offers that are read.</summary>
    public const int MaxOffers = 50;

    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>Why payment is asked for, in the seller's words; after a failed payment an error code.</summary>
    public string? Error { get; init; }

    /// <summary>What is for sale; in version 1 as the first readable offer says.</summary>
    public ResourceInfo? Resource { get; init; }

    /// <summary>The offers that could be read, in the seller's order.</summary>
    public required IReadOnlyList<PaymentRequirements> Accepts { get; init; }

    /// <summary>What was wrong with the others.</summary>
    public IReadOnlyList<UnreadableOffer> Unreadable { get; init; } = [];

    /// <summary><c>extensions</c> as received: a map from id to an object with <c>info</c> and <c>schema</c>.</summary>
    public JsonElement? Extensions { get; init; }

    /// <summary>Reads terms.</summary>
    /// <exception cref="X402FormatException">Another version, no offers or too many, or a malformed member.</exception>
    public static PaymentRequired Read(JsonElement json)
    {
        var members = new WireObject(json, "terms");
        var version = members.WholeNumber("x402Version");
        if (version is not (1 or 2))
        {
            throw new X402FormatException($"The terms are of x402 version {version}; 1 and 2 are known.");
        }

        var entries = members.Array("accepts");
        if (entries.GetArrayLength() is < 1 or > MaxOffers)
        {
            throw new X402FormatException($"The terms hold {entries.GetArrayLength()} offers; 1 to {MaxOffers} are read.");
        }

        var (offers, unreadable) = ReadOffers(entries, (int)version);
        return new()
        {
            Version = (int)version,
            Error = members.OptionalText("error"),
            Resource = version == 2 ? ReadResource(members) : ResourceOf(offers),
            Accepts = offers,
            Unreadable = unreadable,
            Extensions = members.OptionalObject("extensions"),
        };
    }

    /// <summary>The <c>info</c> of an extension that the seller declared, or null.</summary>
    public JsonElement? ExtensionInfo(string id) => Extensions is { } all && all.TryGetProperty(id, out var extension)
        && extension.ValueKind == JsonValueKind.Object && extension.TryGetProperty("info", out var info) && info.ValueKind == JsonValueKind.Object
        ? info
        : null;

    /// <summary>The terms as JSON.</summary>
    public byte[] ToJson() => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("x402Version", Version);
        if (Error is not null)
        {
            writer.WriteString("error", Error);
        }

        if (Version == 2 && Resource is not null)
        {
            writer.WriteVerbatim("resource", Resource.Json);
        }

        writer.WriteStartArray("accepts");
        foreach (var offer in Accepts)
        {
            writer.WriteRawValue(offer.Json.GetRawText(), skipInputValidation: true);
        }

        writer.WriteEndArray();
        if (Extensions is { } extensions)
        {
            writer.WriteVerbatim("extensions", extensions);
        }

        writer.WriteEndObject();
    });

    private static (List<PaymentRequirements> Readable, List<UnreadableOffer> Others) ReadOffers(JsonElement entries, int version)
    {
        var readable = new List<PaymentRequirements>();
        var others = new List<UnreadableOffer>();
        foreach (var entry in entries.EnumerateArray())
        {
            try
            {
                readable.Add(PaymentRequirements.Read(entry, version));
            }
            catch (X402FormatException problem)
            {
                others.Add(new(readable.Count + others.Count, problem.Message));
            }
        }

        return (readable, others);
    }

    private static ResourceInfo? ReadResource(WireObject members) =>
        members.OptionalObject("resource") is { } resource ? ResourceInfo.Read(resource) : null;

    private static ResourceInfo? ResourceOf(List<PaymentRequirements> offers)
    {
        if (offers.Count == 0)
        {
            return null;
        }

        var first = new WireObject(offers[0].Json, "offer");
        return first.OptionalText("resource") is { } url
            ? new() { Url = url, Description = first.OptionalText("description"), MimeType = first.OptionalText("mimeType") }
            : null;
    }
}

/// <summary>An entry of <c>accepts</c> that could not be read.</summary>
/// <param name="Index">Its place, from 0.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record UnreadableOffer(int Index, string Problem);
