using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Testing.X402;

namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>Signs payments by hand, honest ones and others: what the reference client would never send.</summary>
internal static class Purse
{
    private static readonly byte[] s_key = Hex.ParseData(X402Ground.Payer.PrivateKey);

    public static EvmAddress Address { get; } = EvmAddress.Parse(X402Ground.Payer.Address);

    /// <summary>An authorization that pays an offer.</summary>
    public static TransferAuthorization Authorize(PaymentRequirements offer) => new()
    {
        From = Address,
        To = EvmAddress.Parse(offer.PayTo),
        Value = offer.Amount,
        ValidAfter = 0,
        ValidBefore = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60,
        Nonce = new Hash32(RandomNumberGenerator.GetBytes(32)),
    };

    /// <summary>The signature of an authorization in the token's domain.</summary>
    public static string Sign(TransferAuthorization authorization, ulong chain = (ulong)X402Ground.ChainId)
    {
        var domain = new Eip712Domain { Name = "USDC", Version = "2", ChainId = chain, VerifyingContract = EvmAddress.Parse(X402Ground.UsdcAddress) };
        return SignDigest(authorization.ToTypedData(domain).Digest());
    }

    public static string SignDigest(Hash32 digest)
    {
        var signature = new byte[65];
        Secp256k1.Sign(s_key, digest.ToArray(), signature);
        return EvmSignature.Format(signature);
    }

    /// <summary>A whole payment as JSON, to be spoiled before it is sent.</summary>
    public static JsonObject Pay(PaymentRequired terms, Func<TransferAuthorization, TransferAuthorization>? change = null, string? id = null, int offer = 0)
    {
        var chosen = terms.Accepts[offer];
        var authorization = Authorize(chosen);
        authorization = change?.Invoke(authorization) ?? authorization;
        var payment = PaymentPayload.For(chosen, terms, WireJson.Parse(authorization.ToPayload(Sign(authorization))));
        var json = JsonNode.Parse(payment.ToJson())!.AsObject();
        if (id is not null)
        {
            json["extensions"] = new JsonObject { ["payment-identifier"] = new JsonObject { ["info"] = new JsonObject { ["required"] = false, ["id"] = id } } };
        }

        return json;
    }

    /// <summary>The header that carries a payment.</summary>
    public static string Header(JsonNode payment) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(payment.ToJsonString()));
}
