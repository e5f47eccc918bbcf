using CryptoMcp.Evm;
using CryptoMcp.Web;

namespace CryptoMcp.Reputation;

/// <summary>How a file was had.</summary>
public enum FileStatus
{
    /// <summary>The agent names none.</summary>
    None,

    /// <summary>It stands in the URI itself.</summary>
    Inline,

    /// <summary>It was fetched.</summary>
    Fetched,

    /// <summary>It could not be had.</summary>
    Unreachable,

    /// <summary>It was refused: private address, too large, not https, a form that is not supported.</summary>
    Refused,
}

/// <summary>A file of an agent or a feedback, and what is proven about its bytes.</summary>
public sealed record LoadedFile
{
    /// <summary>How it was had.</summary>
    public required FileStatus Status { get; init; }

    /// <summary>What was wrong, in our own words.</summary>
    public string? Problem { get; init; }

    /// <summary>Host that served it.</summary>
    public string? Host { get; init; }

    /// <summary>The exact bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Keccak-256 of the bytes.</summary>
    public Hash32? Hash { get; init; }

    /// <summary><c>on-chain</c>, <c>cid-verified</c> or <c>unverified</c>; a stated hash is checked by who knows it.</summary>
    public string Integrity { get; init; } = "unverified";

    /// <summary>True when there are bytes.</summary>
    public bool IsLoaded => Status is FileStatus.Inline or FileStatus.Fetched;
}

/// <summary>Loads files that strangers point at. Whatever goes wrong is an answer, not an exception.</summary>
/// <param name="web">Who may be asked, and how much.</param>
/// <param name="gateways">IPFS gateways that serve raw blocks (<c>?format=raw</c>); what they serve is checked.</param>
public sealed class FileLoader(WebReader web, IReadOnlyList<Uri>? gateways = null)
{
    /// <summary>Largest file, unpacked.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly Uri[] s_gateways = [new("https://trustless-gateway.link"), new("https://ipfs.io")];

    private readonly IReadOnlyList<Uri> _gateways = gateways ?? s_gateways;

    /// <summary>True for an origin that the owner named, which may do without https.</summary>
    internal bool IsTrusted(Uri address) => web.Options.IsTrusted(address);

    /// <summary>Loads a file.</summary>
    public async Task<LoadedFile> LoadAsync(string uri, CancellationToken cancellationToken = default)
    {
        switch (AgentUri.FormOf(uri))
        {
            case UriForm.None:
                return new() { Status = FileStatus.None };
            case UriForm.Inline:
                return AgentUri.TryDecode(uri, MaxBytes, out var problem) is { } bytes
                    ? Loaded(FileStatus.Inline, bytes, null, "on-chain")
                    : new() { Status = FileStatus.Refused, Problem = problem };
            case UriForm.Web:
                return Uri.TryCreate(uri, UriKind.Absolute, out var address)
                    ? await FetchAsync(address, cancellationToken).ConfigureAwait(false)
                    : new() { Status = FileStatus.Refused, Problem = "The agent's URI is no web address." };
            case UriForm.Ipfs:
                return await FromIpfsAsync(uri["ipfs://".Length..], cancellationToken).ConfigureAwait(false);
            default:
                return new() { Status = FileStatus.Refused, Problem = "The agent's URI is of a kind that is not read: https, ipfs and data are." };
        }
    }

    /// <summary>Fetches a web address.</summary>
    internal async Task<LoadedFile> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await web.GetAsync(address, new() { MaxBytes = MaxBytes }, cancellationToken).ConfigureAwait(false);
            return answer.IsOk
                ? Loaded(FileStatus.Fetched, answer.Body, answer.Address.IdnHost, "unverified")
                : new()
                {
                    Status = FileStatus.Unreachable,
                    Problem = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The server answered with HTTP status {answer.Status}."),
                };
        }
        catch (WebFailureException failure)
        {
            var isRefused = failure.Kind is WebFailure.NotAllowed or WebFailure.PrivateAddress or WebFailure.TooLarge or WebFailure.Encoding or WebFailure.Redirects;
            return new() { Status = isRefused ? FileStatus.Refused : FileStatus.Unreachable, Problem = failure.Message };
        }
    }

    private static LoadedFile Loaded(FileStatus status, ReadOnlyMemory<byte> bytes, string? host, string integrity) =>
        new() { Status = status, Bytes = bytes, Hash = Hash32.Keccak(bytes.Span), Host = host, Integrity = integrity };

    private async Task<LoadedFile> FromIpfsAsync(string path, CancellationToken cancellationToken)
    {
        path = path.StartsWith("ipfs/", StringComparison.Ordinal) ? path[5..] : path;
        if (!Cid.TryParse(path, out var cid))
        {
            return new()
            {
                Status = FileStatus.Refused,
                Problem = "The IPFS address has a path, or a content id that cannot be checked here (SHA-256, raw or dag-pb is needed).",
            };
        }

        LoadedFile? last = null;
        foreach (var gateway in _gateways)
        {
            last = await FetchAsync(new(gateway, $"/ipfs/{path}?format=raw"), cancellationToken).ConfigureAwait(false);
            if (!last.IsLoaded)
            {
                continue;
            }

            if (cid.ContentOf(last.Bytes.Span) is { } content)
            {
                return Loaded(FileStatus.Fetched, content, null, "cid-verified");
            }

            last = new() { Status = FileStatus.Refused, Problem = "A gateway served bytes that are not what the content id stands for, or the file spans blocks." };
        }

        return last ?? new() { Status = FileStatus.Unreachable, Problem = "No IPFS gateway is configured." };
    }
}
