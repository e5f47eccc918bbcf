using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>What a seller asks of a facilitator: the body of <c>/verify</c> and <c>/settle</c>.</summary>
/// <param name="Payment">The payment as the payer sent it.</param>
/// <param name="Requirements">The seller's own requirements; for <c>/settle</c> of <c>upto</c> with the amount to charge.</param>
public sealed record FacilitatorCall(PaymentPayload Payment, PaymentRequirements Requirements)
{
    /// <summary>Reads a call.</summary>
    /// <exception cref="X402FormatException">A member is missing or malformed, or the versions differ.</exception>
    public static FacilitatorCall Read(JsonElement json)
    {
        var members = new WireObject(json, "request");
        var version = members.WholeNumber("x402Version");
        if (version is not (1 or 2))
        {
            throw new X402FormatException($"The request is of x402 version {version}; 1 and 2 are known.");
        }

        var payment = PaymentPayload.Read(members.Object("paymentPayload").Json);
        return payment.Version == version
            ? new(payment, PaymentRequirements.Read(members.Object("paymentRequirements").Json, payment.Version))
            : throw new X402FormatException("The payment is of another x402 version than the request.");
    }

    /// <summary>The call as JSON.</summary>
    public byte[] ToJson() => WireJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("x402Version", Payment.Version);
        writer.WritePropertyName("paymentPayload");
        writer.WriteRawValue(Payment.ToJson(), skipInputValidation: true);
        writer.WriteVerbatim("paymentRequirements", Requirements.Json);
        writer.WriteEndObject();
    });
}
