using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Guard.Owner;

/// <summary>A passkey of the owner.</summary>
internal sealed record Passkey
{
    /// <summary>Credential id, base64url.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>SubjectPublicKeyInfo, base64.</summary>
    public required string PublicKey { get; init; }

    /// <summary>COSE algorithm.</summary>
    public required int Algorithm { get; init; }

    /// <summary>The highest signature counter seen.</summary>
    public required uint Counter { get; init; }

    public required DateTimeOffset EnrolledAt { get; init; }
}

/// <summary>The owner's passkeys on disk, sealed: a passkey that the guard did not write itself does not count.</summary>
internal sealed class PasskeyStore
{
    private readonly string _path;
    private readonly OwnerSeal _seal;

    private PasskeyStore(string path, OwnerSeal seal)
    {
        _path = path;
        _seal = seal;
    }

    /// <summary>The enrolled passkeys.</summary>
    public IReadOnlyList<Passkey> All { get; private set; } = [];

    /// <summary>Why the file was not believed; null when it was, or there is none.</summary>
    public string? Warning { get; private set; }

    /// <summary>Reads the passkeys of a home.</summary>
    public static PasskeyStore Open(GuardHome home, OwnerSeal seal)
    {
        var store = new PasskeyStore(Path.Combine(home.Guard, "passkeys.json"), seal);
        store.Read();
        return store;
    }

    /// <summary>Adds a passkey, or takes one anew under its id.</summary>
    public void Keep(Passkey passkey)
    {
        IReadOnlyList<Passkey> next = [.. All.Where(other => other.Id != passkey.Id), passkey];
        var content = JsonSerializer.SerializeToElement([.. next], PasskeyJson.Default.PasskeyArray);
        var file = new PasskeyFile { Passkeys = content, SealedBy = _seal.Source, Seal = _seal.MarkOf(JsonSerializer.SerializeToUtf8Bytes(content, PasskeyJson.Default.JsonElement)) };
        GuardHome.WritePrivateFile(_path, JsonSerializer.SerializeToUtf8Bytes(file, PasskeyJson.Default.PasskeyFile));
        All = next;
    }

    private void Read()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        GuardHome.CheckPrivateFile(_path);
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(_path), PasskeyJson.Default.PasskeyFile) ?? throw new JsonException("null");

            // Serialised again, the element is the same text whatever the white space around it.
            var content = JsonSerializer.SerializeToUtf8Bytes(file.Passkeys, PasskeyJson.Default.JsonElement);
            if (file.SealedBy == _seal.Source && _seal.IsOn(content, file.Seal))
            {
                All = file.Passkeys.Deserialize(PasskeyJson.Default.PasskeyArray) ?? [];
                return;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        Warning = $"'{_path}' was not written by this guard, or was changed; no passkey in it counts. Enroll yours again with 'cryptomcp approve --enroll'.";
    }
}

/// <summary>The file.</summary>
internal sealed record PasskeyFile
{
    public required JsonElement Passkeys { get; init; }

    public required string SealedBy { get; init; }

    public required string Seal { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PasskeyFile))]
[JsonSerializable(typeof(Passkey[]))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class PasskeyJson : JsonSerializerContext;
