using System.Security.Cryptography;
using System.Text.Json;

namespace CryptoMcp.Cryptography;

/// <summary>What a version-3 keystore file says, with every length and cost checked. Nothing here is secret.</summary>
internal sealed class KeystoreFile
{
    private const int MaxFileLength = 64 * 1024;
    private const int MaxSaltLength = 256;

    public required byte[] Ciphertext { get; init; }

    public required byte[] InitialCounter { get; init; }

    public required byte[] Mac { get; init; }

    public required byte[]? Address { get; init; }

    public required byte[] Salt { get; init; }

    /// <summary>Set when the file uses scrypt; otherwise it uses PBKDF2.</summary>
    public required ScryptCost? Cost { get; init; }

    /// <summary>PBKDF2 rounds when <see cref="Cost"/> is not set.</summary>
    public required int Iterations { get; init; }

    public void DeriveKey(ReadOnlySpan<byte> password, Span<byte> derived)
    {
        if (Cost is { } cost)
        {
            Scrypt.DeriveKey(password, Salt, cost, derived);
        }
        else
        {
            Rfc2898DeriveBytes.Pbkdf2(password, Salt, derived, Iterations, HashAlgorithmName.SHA256);
        }
    }

    public static KeystoreFile Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxFileLength)
        {
            throw Malformed($"is longer than {MaxFileLength} bytes");
        }

        try
        {
            using var document = JsonDocument.Parse(
                json.ToArray(), new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new KeystoreException(KeystoreFault.Malformed, $"The keystore is not JSON (line {e.LineNumber + 1}).", e);
        }
    }

    private static KeystoreFile Read(JsonElement root)
    {
        int version = Number(root, "version");
        if (version != 3)
        {
            throw new KeystoreException(KeystoreFault.Unsupported, $"The keystore has version {version}; only version 3 is read.");
        }

        // Early writers spelled it "Crypto".
        string section = root.TryGetProperty("Crypto"u8, out _) ? "Crypto" : "crypto";
        JsonElement crypto = Section(root, section);
        Require(crypto, "cipher", "aes-128-ctr");
        JsonElement parameters = Section(crypto, "kdfparams");
        if (Number(parameters, "dklen") != 32)
        {
            throw new KeystoreException(KeystoreFault.Unsupported, "The keystore's 'dklen' is not 32.");
        }

        string derivation = Text(crypto, "kdf");
        return new KeystoreFile
        {
            Ciphertext = Hex(crypto, "ciphertext", 1, KeystoreV3.MaxSecretLength),
            InitialCounter = Hex(Section(crypto, "cipherparams"), "iv", 16, 16),
            Mac = Hex(crypto, "mac", 32, 32),
            Salt = Hex(parameters, "salt", 0, MaxSaltLength),
            Cost = derivation == "scrypt" ? ReadScrypt(parameters) : null,
            Iterations = derivation == "scrypt" ? 0 : ReadPbkdf2(parameters, derivation),
            Address = root.TryGetProperty("address"u8, out _) ? Hex(root, "address", 20, 20) : null,
        };
    }

    private static ScryptCost ReadScrypt(JsonElement parameters)
    {
        int n = Number(parameters, "n");
        int r = Number(parameters, "r");
        int p = Number(parameters, "p");
        try
        {
            return new ScryptCost(n, r, p);
        }
        catch (ArgumentException e)
        {
            throw new KeystoreException(KeystoreFault.TooCostly, $"The keystore is refused: {e.Message}", e);
        }
    }

    private static int ReadPbkdf2(JsonElement parameters, string derivation)
    {
        if (derivation != "pbkdf2")
        {
            throw new KeystoreException(KeystoreFault.Unsupported, "The keystore's 'kdf' is neither scrypt nor pbkdf2.");
        }

        Require(parameters, "prf", "hmac-sha256");
        int rounds = Number(parameters, "c");
        return rounds switch
        {
            < 1 => throw Malformed("has a 'c' below 1"),
            > KeystoreV3.MaxIterations => throw new KeystoreException(
                KeystoreFault.TooCostly, $"The keystore asks for {rounds} PBKDF2 rounds; at most {KeystoreV3.MaxIterations} are run."),
            _ => rounds,
        };
    }

    private static JsonElement Section(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value
            : throw Malformed($"has no object '{name}'");

    private static int Number(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : throw Malformed($"has no whole number '{name}'");

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Malformed($"has no text '{name}'");

    private static void Require(JsonElement parent, string name, string expected)
    {
        if (!string.Equals(Text(parent, name), expected, StringComparison.Ordinal))
        {
            throw new KeystoreException(KeystoreFault.Unsupported, $"The keystore's '{name}' is not {expected}.");
        }
    }

    private static byte[] Hex(JsonElement parent, string name, int least, int most)
    {
        ReadOnlySpan<char> text = Text(parent, name);
        text = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        if (text.Length % 2 != 0 || text.Length < 2 * least || text.Length > 2 * most || text.ContainsAnyExcept(s_hexDigits))
        {
            throw Malformed(least == most ? $"has no {least} bytes of hex in '{name}'" : $"has no {least} to {most} bytes of hex in '{name}'");
        }

        return Convert.FromHexString(text);
    }

    private static readonly System.Buffers.SearchValues<char> s_hexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private static KeystoreException Malformed(string problem) => new(KeystoreFault.Malformed, $"The keystore {problem}.");
}
