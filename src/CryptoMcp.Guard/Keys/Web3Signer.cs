using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Numerics;
using System.Text;
using System.Text.Json;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger;
using CryptoMcp.Money;

namespace CryptoMcp.Guard.Keys;

/// <summary>
/// Keys in <see href="https://docs.web3signer.consensys.io/reference/api/rest">Web3Signer</see>, or whatever speaks its eth1
/// API. It is given the bytes and hashes them itself; what comes back counts only if it is this account's signature over
/// the digest that the ledger recorded. A signer that is silent, slow or wrong leaves the payment held and nothing sent.
/// </summary>
internal sealed class Web3Signer : IKeyBackend, IDisposable
{
    private const int LongestAnswer = 256 << 10;

    // Order of secp256k1 (SEC 2, 2.4.1), for the lower of the two values of s (EIP-2).
    private static readonly BigInteger s_order = BigInteger.Parse(
        "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private readonly Dictionary<string, RemoteSigner> _signers;
    private readonly ConcurrentDictionary<string, string> _identifiers = new(StringComparer.OrdinalIgnoreCase);
    private readonly HttpClient _http;

    public Web3Signer(IReadOnlyList<RemoteSigner> signers, TimeSpan? timeout = null)
    {
        _signers = signers.ToDictionary(signer => signer.Address, StringComparer.OrdinalIgnoreCase);
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = timeout ?? TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    /// <inheritdoc/>
    public bool CanSign(AccountId account) => account.Chain.IsEvm && _signers.ContainsKey(account.Address);

    /// <inheritdoc/>
    public async ValueTask<byte[]> SignAsync(Authorization authorization, CancellationToken ct)
    {
        var signer = _signers[authorization.Account.Address];
        var bytes = Convert.FromHexString(authorization.Variant.UnsignedBytes);
        if (Convert.ToHexStringLower(Hash32.Keccak(bytes).ToArray()) != authorization.Digest)
        {
            throw new GuardException(
                "signer_cannot", "A remote signer hashes what it signs, and this kind of payment is not signed as one hash of its bytes.",
                "Pay from a wallet whose key the guard holds itself.");
        }

        authorization.Redeem();
        try
        {
            var identifier = await IdentifierAsync(signer, ct);
            var answer = await SendAsync(
                new HttpRequestMessage(HttpMethod.Post, new Uri(signer.Url, $"/api/v1/eth1/sign/{identifier}")) { Content = Body(bytes) }, ct);
            return Checked(answer.Trim().Trim('"'), authorization, signer);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw Unusable(authorization, "it did not answer as a signer does", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>Web3Signer names keys by public key. Which one is ours follows from the address, not from the signer's word.</summary>
    private async ValueTask<string> IdentifierAsync(RemoteSigner signer, CancellationToken ct)
    {
        if (_identifiers.TryGetValue(signer.Address, out var known))
        {
            return known;
        }

        using var list = JsonDocument.Parse(await SendAsync(new(HttpMethod.Get, new Uri(signer.Url, "/api/v1/eth1/publicKeys")), ct));
        foreach (var entry in list.RootElement.ValueKind == JsonValueKind.Array ? list.RootElement.EnumerateArray() : default)
        {
            if (entry.ValueKind == JsonValueKind.String && PublicKey(entry.GetString()!) is { } key
                && EvmAddress.FromPublicKey(key).ToString().Equals(signer.Address, StringComparison.OrdinalIgnoreCase))
            {
                return _identifiers[signer.Address] = Hex.Format(key);
            }
        }

        throw new HttpRequestException("The signer does not hold the key of this account.");
    }

    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request, ct);
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsStringAsync(ct)
                : throw new HttpRequestException($"The signer answered {(int)response.StatusCode}.");
        }
    }

    private static byte[] Checked(string text, Authorization authorization, RemoteSigner signer)
    {
        var signature = Bytes(text, 65);
        if (signature is null)
        {
            throw Unusable(authorization, "its answer is no signature", null);
        }

        signature[64] = signature[64] is 27 or 28 ? (byte)(signature[64] - 27) : signature[64];
        Lower(signature);
        try
        {
            if (SignedTransaction.Recover(Hash32.Parse("0x" + authorization.Digest), signature) == EvmAddress.Parse(signer.Address))
            {
                return signature;
            }
        }
        catch (EvmFormatException)
        {
            // Nobody can have made it.
        }

        throw Unusable(authorization, "its signature is not this account's over the recorded digest", null);
    }

    /// <summary>Of the two signatures that say the same, the one that every chain takes.</summary>
    private static void Lower(byte[] signature)
    {
        var s = new BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
        if (s <= s_order / 2 || s >= s_order)
        {
            return;
        }

        var low = (s_order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32, 32).Clear();
        low.CopyTo(signature.AsSpan(64 - low.Length));
        signature[64] ^= 1;
    }

    private static GuardException Unusable(Authorization authorization, string why, Exception? cause) => new(
        "signer_unusable",
        $"The remote signer of {authorization.Account.Address} cannot be used: {why}. Payment {authorization.PaymentId} is held, and nothing was sent.",
        "Repeat the same call with the same idempotency key once the signer works; it never makes a second payment.",
        cause);

    private static ByteArrayContent Body(byte[] data)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes($"{{\"data\":\"{Hex.Format(data)}\"}}"));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static byte[]? PublicKey(string text) => Bytes(text, 64) is { } key && Secp256k1.IsPublicKey(key) ? key
        : Bytes(text, 65) is [4, .. var rest] && Secp256k1.IsPublicKey(rest) ? rest
        : null;

    private static byte[]? Bytes(string text, int length)
    {
        var hex = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        return hex.Length == 2 * length && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
    }
}

/// <summary>Several places where keys are: the first one that can sign for an account does.</summary>
internal sealed class KeyBackends(params IReadOnlyList<IKeyBackend> backends) : IKeyBackend
{
    /// <inheritdoc/>
    public bool CanSign(AccountId account) => Find(account) is not null;

    /// <inheritdoc/>
    public ValueTask<byte[]> SignAsync(Authorization authorization, CancellationToken ct) =>
        (Find(authorization.Account) ?? backends[0]).SignAsync(authorization, ct);

    private IKeyBackend? Find(AccountId account)
    {
        foreach (var backend in backends)
        {
            if (backend.CanSign(account))
            {
                return backend;
            }
        }

        return null;
    }
}
