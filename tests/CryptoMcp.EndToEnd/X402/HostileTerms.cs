using System.Text;
using System.Text.Json.Nodes;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.EndToEnd.X402;

/// <summary>Terms that are honest but for one thing.</summary>
internal static class HostileTerms
{
    public const string Payee = X402Ground.PayTo;

    public static JsonObject Offer(string amount = "10000") => new()
    {
        ["scheme"] = "exact",
        ["network"] = X402Ground.Network,
        ["amount"] = amount,
        ["asset"] = X402Ground.UsdcAddress,
        ["payTo"] = Payee,
        ["maxTimeoutSeconds"] = 60,
        ["extra"] = new JsonObject { ["name"] = "USDC", ["version"] = "2" },
    };

    public static string Terms(params JsonNode?[] offers) => new JsonObject
    {
        ["x402Version"] = 2,
        ["error"] = "Payment required",
        ["accepts"] = new JsonArray([.. offers.Select(offer => offer?.DeepClone())]),
    }.ToJsonString();

    /// <summary>Terms whose one offer has one member changed; null takes it away.</summary>
    public static string With(string member, JsonNode? value)
    {
        var offer = Offer();
        Set(offer, member, value);
        return Terms(offer);
    }

    /// <summary>Terms whose one offer has one member of <c>extra</c> changed.</summary>
    public static string WithExtra(string member, JsonNode? value)
    {
        var offer = Offer();
        Set(offer["extra"]!.AsObject(), member, value);
        return Terms(offer);
    }

    /// <summary>A 402 with these terms in the header.</summary>
    public static byte[] Required(string terms, string more = "", string body = "{}") => HostileSeller.Response(402, $"PAYMENT-REQUIRED: {Base64(terms)}\r\n{more}", body);

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static void Set(JsonObject into, string member, JsonNode? value)
    {
        if (value is null)
        {
            into.Remove(member);
        }
        else
        {
            into[member] = value;
        }
    }
}
