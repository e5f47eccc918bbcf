using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>What a facilitator says of a payment that is not settled yet.</summary>
public sealed record VerifyResponse
{
    /// <summary>Whether it could be settled now.</summary>
    public required bool IsValid { get; init; }

    /// <summary>Why not: an open set of codes.</summary>
    public string? InvalidReason { get; init; }

    /// <summary>The same for people.</summary>
    public string? InvalidMessage { get; init; }

    /// <summary>Who pays.</summary>
    public string? Payer { get; init; }

    /// <summary>Reads a response.</summary>
    /// <exception cref="X402FormatException">A member is missing or malformed.</exception>
    public static VerifyResponse Read(JsonElement json)
    {
        var members = new WireObject(json, "verification");
        return new()
        {
            IsValid = members.Flag("isValid"),
            InvalidReason = members.OptionalText("invalidReason"),
            InvalidMessage = members.OptionalText("invalidMessage"),
            Payer = members.OptionalText("payer"),
        };
    }

    /// <summary>The response as JSON.</summary>
    public byte[] ToJson() => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("isValid", IsValid);
        if (InvalidReason is not null)
        {
            writer.WriteString("invalidReason", InvalidReason);
        }

        if (InvalidMessage is not null)
        {
            writer.WriteString("invalidMessage", InvalidMessage);
        }

        if (Payer is not null)
        {
            writer.WriteString("payer", Payer);
        }

        writer.WriteEndObject();
    });
}
