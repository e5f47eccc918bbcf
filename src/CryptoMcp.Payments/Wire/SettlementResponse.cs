using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>
/// How a settlement went, as the seller or its facilitator says: the value of <c>PAYMENT-RESPONSE</c>. A claim, not a proof:
/// only the chain proves.
/// </summary>
public sealed record SettlementResponse
{
    /// <summary>Whether it is settled.</summary>
    public required bool Success { get; init; }

    /// <summary>The transaction; empty when none was sent.</summary>
    public string Transaction { get; init; } = "";

    /// <summary>The network as the seller wrote it.</summary>
    public string? Network { get; init; }

    /// <summary>Who paid.</summary>
    public string? Payer { get; init; }

    /// <summary>Why it failed: an open set of codes.</summary>
    public string? ErrorReason { get; init; }

    /// <summary>The same for people.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Atomic units that were charged, for <c>upto</c>.</summary>
    public BigInteger? Amount { get; init; }

    /// <summary>Extensions, such as a signed receipt.</summary>
    public JsonElement? Extensions { get; init; }

    /// <summary>The facilitator may still settle it: the money may move, so nothing may be signed again.</summary>
    public bool IsPending => !Success && ErrorReason == "settlement_pending";

    /// <summary>Reads a settlement response.</summary>
    /// <exception cref="X402FormatException">A member is missing or of the wrong kind.</exception>
    public static SettlementResponse Read(JsonElement json)
    {
        var members = new WireObject(json, "settlement");
        return new()
        {
            Success = members.Flag("success"),
            Transaction = members.OptionalText("transaction") ?? "",
            Network = members.OptionalText("network"),
            Payer = members.OptionalText("payer"),
            ErrorReason = members.OptionalText("errorReason"),
            ErrorMessage = members.OptionalText("errorMessage"),
            Amount = members.OptionalText("amount") is { Length: > 0 } ? members.Units("amount") : null,
            Extensions = members.OptionalObject("extensions"),
        };
    }

    /// <summary>The response as JSON.</summary>
    public byte[] ToJson() => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("success", Success);
        writer.WriteString("transaction", Transaction);
        WriteIfPresent(writer, "network", Network);
        WriteIfPresent(writer, "payer", Payer);
        WriteIfPresent(writer, "errorReason", ErrorReason);
        WriteIfPresent(writer, "errorMessage", ErrorMessage);
        WriteIfPresent(writer, "amount", Amount?.ToString(CultureInfo.InvariantCulture));
        if (Extensions is { } extensions)
        {
            writer.WriteVerbatim("extensions", extensions);
        }

        writer.WriteEndObject();
    });

    private static void WriteIfPresent(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
