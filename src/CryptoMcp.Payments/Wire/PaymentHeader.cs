using System.Buffers.Text;
using System.Text.Json;

namespace CryptoMcp.Payments;

/// <summary>The HTTP headers of x402: standard base64 with padding around JSON.</summary>
public static class PaymentHeader
{
    /// <summary>The seller's terms, version 2.</summary>
    public const string Required = "PAYMENT-REQUIRED";

    /// <summary>The payment, version 2.</summary>
    public const string Payment = "PAYMENT-SIGNATURE";

    /// <summary>How the settlement went, version 2.</summary>
    public const string Response = "PAYMENT-RESPONSE";

    /// <summary>The payment, version 1.</summary>
    public const string PaymentV1 = "X-PAYMENT";

    /// <summary>How the settlement went, version 1.</summary>
    public const string ResponseV1 = "X-PAYMENT-RESPONSE";

    /// <summary>Proof of a wallet towards a seller that it has paid before.</summary>
    public const string SignIn = "SIGN-IN-WITH-X";

    /// <summary>Most bytes that a header may hold when decoded. Intermediaries cut headers far earlier.</summary>
    public const int MaxDecodedBytes = 32 * 1024;

    /// <summary>The header's value for a JSON text.</summary>
    public static string Encode(ReadOnlySpan<byte> json) => Convert.ToBase64String(json);

    /// <summary>The JSON in a header's value.</summary>
    /// <exception cref="X402FormatException">No base64 in the standard alphabet with padding, too long, or no unambiguous JSON.</exception>
    public static JsonElement Decode(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length > (MaxDecodedBytes / 3 * 4) + 4)
        {
            throw new X402FormatException($"The header is longer than {MaxDecodedBytes} bytes.");
        }

        // .NET's decoder skips white space; the reference SDK's pattern does not know any.
        if (value.Length == 0 || value.Length % 4 != 0 || !IsStandardBase64(value))
        {
            throw new X402FormatException("The header is not standard base64 with padding.");
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(value.Length)];
        return Convert.TryFromBase64String(value, bytes, out var written)
            ? WireJson.Parse(bytes.AsMemory(0, written))
            : throw new X402FormatException("The header is not standard base64 with padding.");
    }

    private static bool IsStandardBase64(string value)
    {
        var body = value.AsSpan().TrimEnd('=');
        if (value.Length - body.Length > 2)
        {
            return false;
        }

        foreach (var c in body)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '+' or '/'))
            {
                return false;
            }
        }

        return true;
    }
}
