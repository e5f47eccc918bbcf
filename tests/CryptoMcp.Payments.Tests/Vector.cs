using System.Text.Json;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;

namespace CryptoMcp.Payments.Tests;

/// <summary>Cases made with the packages @x402 2.27.0.</summary>
internal static class Vector
{
    private static readonly JsonElement s_all = Read();

    public static JsonElement Of(string name) => s_all.GetProperty("vectors").GetProperty(name);

    public static string Text(this JsonElement json, params string[] path)
    {
        foreach (var name in path)
        {
            json = json.GetProperty(name);
        }

        return json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();
    }

    /// <summary>Signs with the vector's test key.</summary>
    public static string Sign(JsonElement vector, TypedData message)
    {
        Span<byte> signature = stackalloc byte[65];
        Secp256k1.Sign(Hex.ParseData(vector.Text("privateKey")), message.Digest().ToArray(), signature);
        return EvmSignature.Format(signature);
    }

    /// <summary>Every hash of the vector and its signature, byte by byte.</summary>
    public static void AssertSame(JsonElement vector, TypedData message)
    {
        Assert.Equal(vector.Text("domainSeparator"), message.Domain.Separator().ToString());
        Assert.Equal(vector.Text("structHash"), message.StructHash().ToString());
        Assert.Equal(vector.Text("digest"), message.Digest().ToString());
        Assert.Equal(vector.Text("signature"), Sign(vector, message));
        Assert.True(EvmSignature.TryRecover(vector.Text("signature"), message.Digest(), out var signer));
        Assert.Equal(vector.Text("signer"), signer.ToString());
    }

    private static JsonElement Read()
    {
        using var stream = typeof(Vector).Assembly.GetManifestResourceStream("x402-vectors.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
