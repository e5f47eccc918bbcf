using System.Net;
using System.Text;
using System.Text.Json;
using CryptoMcp.Cryptography;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;

namespace CryptoMcp.Guard.Tests;

/// <summary>A guard whose key is elsewhere: a signer that works, and every way in which one can fail or lie.</summary>
public sealed class RemoteSignerTests : IAsyncLifetime
{
    private GuardGround _ground = null!;
    private FakeWeb3Signer _signer = null!;

    public async ValueTask InitializeAsync()
    {
        _ground = await GuardGround.StartAsync();
        _signer = new FakeWeb3Signer(Convert.FromHexString(GuardGround.Owner.PrivateKey[2..]));
        await _ground.Guard.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(_ground.Home.Wallets))
        {
            File.Delete(file);
        }

        RemoteSigner.Add(_ground.Home, _signer.Url, _ground.Wallet);
        await _ground.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ground.DisposeAsync();
        _signer.Dispose();
    }

    [Fact]
    public async Task A_payment_is_signed_elsewhere_and_arrives()
    {
        var paid = await _ground.SendAsync("2 USDC");
        Assert.Equal("settled", (await _ground.LookWhenFinalAsync(paid)).State);
        Assert.Equal(2_000_000, await _ground.ReceivedAsync());
        Assert.Empty(Directory.EnumerateFiles(_ground.Home.Wallets));
    }

    [Fact]
    public async Task A_high_s_is_turned_low()
    {
        _signer.How = "high s";
        Assert.Equal("settled", (await _ground.LookWhenFinalAsync(await _ground.SendAsync("2 USDC"))).State);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("garbage")]
    [InlineData("another key")]
    [InlineData("another digest")]
    [InlineData("redirect")]
    [InlineData("no such key")]
    [InlineData("silent")]
    public async Task A_signer_that_fails_or_lies_sends_nothing_and_the_same_call_carries_on_when_it_works(string how)
    {
        _signer.How = how;
        var refusal = await Assert.ThrowsAsync<GuardException>(async () => await _ground.SendAsync("2 USDC", key: "wish"));
        Assert.Equal("signer_unusable", refusal.Problem.Code);
        Assert.Equal(0, _ground.Endpoint.CountOf("eth_sendRawTransaction"));
        Assert.Equal("2.00 USD", _ground.Budget("day").Held);

        _signer.How = "well";
        var paid = await _ground.SendAsync("2 USDC", key: "wish");
        Assert.Equal("settled", (await _ground.LookWhenFinalAsync(paid)).State);
        Assert.Equal(2_000_000, await _ground.ReceivedAsync());
    }

    [Theory]
    [InlineData("http://signer.example:9000", "invalid_url")]
    [InlineData("https://user:secret@signer.example", "invalid_url")]
    [InlineData("ftp://127.0.0.1", "invalid_url")]
    public void Only_a_protected_way_leads_to_a_signer(string url, string code) => Assert.Equal(
        code, Assert.Throws<GuardException>(() => RemoteSigner.Add(_ground.Home, new Uri(url), _ground.Wallet)).Problem.Code);

    /// <summary>Web3Signer's two calls, with one key and a choice of faults.</summary>
    private sealed class FakeWeb3Signer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly byte[] _key;

        public FakeWeb3Signer(byte[] key)
        {
            _key = key;
            using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
            }

            _listener.Prefixes.Add(Url.ToString());
            _listener.Start();
            _ = ServeAsync();
        }

        public Uri Url { get; }

        public string How { get; set; } = "well";

        public void Dispose() => ((IDisposable)_listener).Dispose();

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                try
                {
                    Answer(await _listener.GetContextAsync());
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        private void Answer(HttpListenerContext http)
        {
            if (How == "silent")
            {
                // Broken off without an answer, as by a proxy that gave up.
                http.Response.Abort();
                return;
            }

            if (How is "error" or "redirect")
            {
                http.Response.StatusCode = How == "error" ? 500 : 307;
                http.Response.RedirectLocation = How == "redirect" ? Url + "api/v1/eth1/elsewhere" : null;
                http.Response.Close();
                return;
            }

            var isList = http.Request.Url!.AbsolutePath == "/api/v1/eth1/publicKeys";
            var body = isList ? $"[\"{Hex.Format(PublicKey(How == "no such key" ? Other() : _key))}\"]" : Sign(http);
            http.Response.Close(Encoding.ASCII.GetBytes(How == "garbage" && !isList ? "<html>" : body), willBlock: false);
        }

        private string Sign(HttpListenerContext http)
        {
            Assert.Equal($"/api/v1/eth1/sign/{Hex.Format(PublicKey(_key))}", http.Request.Url!.AbsolutePath);
            using var request = JsonDocument.Parse(http.Request.InputStream);
            var data = Hex.ParseData(request.RootElement.GetProperty("data").GetString()!);
            var digest = Hash32.Keccak(How == "another digest" ? [.. data, 0] : data).ToArray();
            var signature = new byte[65];
            Secp256k1.Sign(How == "another key" ? Other() : _key, digest, signature);
            if (How == "high s")
            {
                var order = System.Numerics.BigInteger.Parse("115792089237316195423570985008687907852837564279074904382605163141518161494337", System.Globalization.CultureInfo.InvariantCulture);
                var high = (order - new System.Numerics.BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
                signature.AsSpan(32, 32).Clear();
                high.CopyTo(signature.AsSpan(64 - high.Length));
                signature[64] ^= 1;
            }

            signature[64] += 27;
            return Hex.Format(signature);
        }

        private byte[] Other() => [.. _key[..31], (byte)(_key[31] ^ 1)];

        private static byte[] PublicKey(byte[] key)
        {
            var publicKey = new byte[64];
            Secp256k1.DerivePublicKey(key, publicKey);
            return publicKey;
        }
    }
}
