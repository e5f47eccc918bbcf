using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>A payment on its way to the seller: the value of <c>PAYMENT-SIGNATURE</c> or <c>X-PAYMENT</c>.</summary>
public sealed record PaymentPayload
{
    /// <summary>1 or 2.</summary>
    public required int Version { get; init; }

    /// <summary>Scheme of the payment.</summary>
    public required string Scheme { get; init; }

    /// <summary>Network as the seller wrote it.</summary>
    public required string Network { get; init; }

    /// <summary>What the scheme needs: authorization and signature.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>The offer that is taken, as received; version 2 only.</summary>
    public PaymentRequirements? Accepted { get; init; }

    /// <summary><c>resource</c> as received; version 2 only.</summary>
    public JsonElement? Resource { get; init; }

    /// <summary>Answers to extensions.</summary>
    public JsonElement? Extensions { get; init; }

    /// <summary>The payment for an offer.</summary>
    /// <param name="offer">The chosen offer, as received.</param>
    /// <param name="terms">The terms that it came in.</param>
    /// <param name="schemePayload">What the scheme signed.</param>
    /// <param name="extensions">Answers to extensions, or null.</param>
    public static PaymentPayload For(PaymentRequirements offer, PaymentRequired terms, JsonElement schemePayload, JsonElement? extensions = null)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(terms);
        return new()
        {
            Version = offer.Version,
            Scheme = offer.Scheme,
            Network = offer.Network,
            Payload = schemePayload,
            Accepted = offer.Version == 2 ? offer : null,
            Resource = offer.Version == 2 ? terms.Resource?.Json : null,
            Extensions = extensions,
        };
    }

    /// <summary>Reads a payment.</summary>
    /// <exception cref="X402FormatException">Another version, or a member is missing or of the wrong kind.</exception>
    public static PaymentPayload Read(JsonElement json)
    {
        var members = new WireObject(json, "payment");
        switch (members.WholeNumber("x402Version"))
        {
            case 1:
                return new()
                {
                    Version = 1,
                    Scheme = members.Text("scheme"),
                    Network = members.Text("network"),
                    Payload = members.Object("payload").Json,
                };
            case 2:
                var accepted = PaymentRequirements.Read(members.Object("accepted").Json, 2);
                return new()
                {
                    Version = 2,
                    Scheme = accepted.Scheme,
                    Network = accepted.Network,
                    Payload = members.Object("payload").Json,
                    Accepted = accepted,
                    Resource = members.OptionalObject("resource"),
                    Extensions = members.OptionalObject("extensions"),
                };
            case var version:
                throw new X402FormatException($"The payment is of x402 version {version}; 1 and 2 are known.");
        }
    }

    /// <summary>The payment as JSON, members in the reference SDK's order.</summary>
    public byte[] ToJson() => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("x402Version", Version);
        if (Version == 1)
        {
            writer.WriteString("scheme", Scheme);
            writer.WriteString("network", Network);
        }

        writer.WriteVerbatim("payload", Payload);
        if (Resource is { } resource)
        {
            writer.WriteVerbatim("resource", resource);
        }

        if (Accepted is not null)
        {
            writer.WriteVerbatim("accepted", Accepted.Json);
        }

        if (Extensions is { } extensions)
        {
            writer.WriteVerbatim("extensions", extensions);
        }

        writer.WriteEndObject();
    });
}
