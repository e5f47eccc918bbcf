using System.Text.Json;
using System.Text.Json.Serialization;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Guard.Keys;

/// <summary>A signer on another machine that holds the key of an EVM account: the owner's word for it, in the guard's directory.</summary>
/// <param name="Url">Where it listens: https, or http on this machine.</param>
/// <param name="Address">The account whose key it holds. Every signature is held against it.</param>
public sealed record RemoteSigner(Uri Url, string Address)
{
    private const string FileName = "remote-signers.json";

    /// <summary>The signers of a home.</summary>
    /// <exception cref="GuardException">The list is damaged or open to others.</exception>
    public static IReadOnlyList<RemoteSigner> Load(GuardHome home)
    {
        ArgumentNullException.ThrowIfNull(home);
        var path = Path.Combine(home.Guard, FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        GuardHome.CheckPrivateFile(path);
        try
        {
            var list = JsonSerializer.Deserialize(File.ReadAllBytes(path), RemoteSignersJson.Default.ListRemoteSigner) ?? throw new JsonException("null");
            return [.. list.Select(signer => Checked(signer.Url, signer.Address))];
        }
        catch (JsonException e)
        {
            throw new GuardException("remote_signers_unreadable", $"'{path}' is damaged: {e.Message}", "Correct it, or remove it and add the signers again with 'cryptomcp wallet remote'.", e);
        }
    }

    /// <summary>Adds a signer to a home; it takes effect when the guard starts next.</summary>
    /// <exception cref="GuardException">Address or URL cannot be used.</exception>
    public static RemoteSigner Add(GuardHome home, Uri url, string address)
    {
        ArgumentNullException.ThrowIfNull(home);
        var signer = Checked(url, address);
        home.Prepare();
        var others = Load(home).Where(other => !string.Equals(other.Address, signer.Address, StringComparison.OrdinalIgnoreCase));
        GuardHome.WritePrivateFile(
            Path.Combine(home.Guard, FileName), JsonSerializer.SerializeToUtf8Bytes([.. others, signer], RemoteSignersJson.Default.ListRemoteSigner));
        return signer;
    }

    private static RemoteSigner Checked(Uri url, string address) =>
        !EvmAddress.TryParse(address, out var account, out var problem) ? throw new GuardException("invalid_address", problem, "Give the EVM account's full address.")
        : url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)) && url.UserInfo.Length == 0
            ? new(url, account.ToString())
            : throw new GuardException("invalid_url", "A remote signer is reached over https, or over http on this machine, without a password in the URL.", "Put the signer behind TLS, or a tunnel to this machine.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<RemoteSigner>))]
internal sealed partial class RemoteSignersJson : JsonSerializerContext;
