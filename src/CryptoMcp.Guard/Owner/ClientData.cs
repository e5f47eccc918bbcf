using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Owner;

/// <summary>What the browser says it was asked to sign (WebAuthn level 3, section 5.8.1).</summary>
internal static class ClientData
{
    public const string Create = "webauthn.create";
    public const string Get = "webauthn.get";

    /// <summary>Checks type, challenge and origin, each exactly.</summary>
    /// <exception cref="GuardException">One of them is another.</exception>
    public static void Check(ReadOnlySpan<byte> json, string type, ReadOnlySpan<byte> challenge, string origin)
    {
        var (givenType, givenChallenge, givenOrigin, crossOrigin) = Read(json);
        if (givenType != type)
        {
            throw WebAuthnProblem.Of($"it is a '{type}' in name only");
        }

        if (givenChallenge is null || !Base64Url.IsValid(givenChallenge)
            || !CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(givenChallenge), challenge))
        {
            throw WebAuthnProblem.Of("it answers another challenge: another document, or a page from before the guard was started");
        }

        if (givenOrigin != origin || crossOrigin)
        {
            throw WebAuthnProblem.Of("it was made on another page than the guard's own");
        }
    }

    private static (string? Type, string? Challenge, string? Origin, bool CrossOrigin) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;
            return (
                Text(root, "type"), Text(root, "challenge"), Text(root, "origin"),
                root.TryGetProperty("crossOrigin", out var cross) && cross.ValueKind != JsonValueKind.False);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw WebAuthnProblem.Of("its client data is not what WebAuthn says", e);
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>Refusals of a passkey's answer.</summary>
internal static class WebAuthnProblem
{
    public static GuardException Of(string why, Exception? inner = null) => new(
        "assertion_refused", $"The passkey's answer does not count: {why}.", "Reload the page and try once more.", inner);
}
