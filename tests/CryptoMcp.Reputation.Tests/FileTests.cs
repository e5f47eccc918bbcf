using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Evm;
using CryptoMcp.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Reputation.Tests;

public sealed class FileTests
{
    private const string Json = """{"name":"a, b"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> InlineForms() =>
    [
        Json,
        "data:application/json;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(Json)),
        "data:application/json;base64 " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Json)),
        "data:application/json;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(Json)).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        "data:application/json;utf8," + Uri.EscapeDataString(Json),
        "data:application/json;enc=gzip;level=6;base64," + Convert.ToBase64String(Gzip(Encoding.UTF8.GetBytes(Json))),
    ];

    [Theory]
    [MemberData(nameof(InlineForms))]
    public void All_forms_of_inline_files_in_the_wild_are_read(string uri)
    {
        Assert.Equal(UriForm.Inline, AgentUri.FormOf(uri));
        Assert.Equal(Json, Encoding.UTF8.GetString(AgentUri.TryDecode(uri, 1000, out _)!));
    }

    [Theory]
    [InlineData("data:application/json;base64,!!!")]
    [InlineData("data:application/json")]
    [InlineData("data:application/json;enc=zstd;base64,AAAA")]
    [InlineData("data:application/json;enc=gzip;base64,AAAA")]
    public void A_damaged_inline_file_is_a_problem_in_words(string uri)
    {
        Assert.Null(AgentUri.TryDecode(uri, 1000, out var problem));
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gzip_bomb_is_not_unpacked()
    {
        var bomb = "data:application/json;enc=gzip;base64," + Convert.ToBase64String(Gzip(new byte[50_000_000]));

        var file = await Loader().LoadAsync(bomb, Ct);

        Assert.Equal(FileStatus.Refused, file.Status);
        Assert.Contains("more than 262144 bytes", file.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1/agent.json", FileStatus.Refused)]
    [InlineData("https://169.254.169.254/latest", FileStatus.Refused)]
    [InlineData("http://example.com/agent.json", FileStatus.Refused)]
    [InlineData("ftp://example.com/agent.json", FileStatus.Refused)]
    [InlineData("javascript:alert(1)", FileStatus.Refused)]
    [InlineData("ipfs://notacid", FileStatus.Refused)]
    [InlineData("", FileStatus.None)]
    public async Task What_may_not_be_fetched_is_said_so(string uri, FileStatus expected)
    {
        var file = await Loader().LoadAsync(uri, Ct);

        Assert.Equal(expected, file.Status);
        Assert.Equal(expected == FileStatus.None, file.Problem is null);
    }

    [Fact]
    public async Task Ten_megabytes_a_redirect_to_a_private_address_and_silence_are_fields()
    {
        await using var inside = await StartAsync(context => context.Response.WriteAsync("secret"));
        await using var host = await StartAsync(async context =>
        {
            switch (context.Request.Path.Value)
            {
                case "/huge":
                    context.Response.ContentLength = 10 * 1024 * 1024;
                    await context.Response.Body.WriteAsync(new byte[1024]);
                    break;
                case "/inside":
                    context.Response.Redirect(inside.Urls.Single());
                    break;
                default:
                    context.Response.StatusCode = 404;
                    break;
            }
        });
        var loader = Loader(host.Urls.Single());

        var huge = await loader.LoadAsync(host.Urls.Single() + "/huge", Ct);
        var redirected = await loader.LoadAsync(host.Urls.Single() + "/inside", Ct);
        var missing = await loader.LoadAsync(host.Urls.Single() + "/nothing", Ct);

        Assert.Equal((FileStatus.Refused, FileStatus.Refused, FileStatus.Unreachable), (huge.Status, redirected.Status, missing.Status));
        Assert.Contains("more than 262144 bytes", huge.Problem, StringComparison.Ordinal);
        Assert.Contains("404", missing.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ipfs_content_is_checked_against_its_id(bool honest)
    {
        var content = Encoding.UTF8.GetBytes(Json);
        var cid = "b" + Base32([1, 0x55, 0x12, 32, .. SHA256.HashData(content)]);
        await using var gateway = await StartAsync(context => context.Response.WriteAsync(honest ? Json : """{"name":"mallory"}"""));
        var loader = new FileLoader(new WebReader(new() { TrustedOrigins = [gateway.Urls.Single()] }), [new(gateway.Urls.Single())]);

        var file = await loader.LoadAsync("ipfs://" + cid, Ct);

        Assert.Equal(honest ? (FileStatus.Fetched, "cid-verified") : (FileStatus.Refused, "unverified"), (file.Status, file.Integrity));
    }

    [Fact]
    public void A_version_0_id_unwraps_a_small_file()
    {
        // dag-pb with UnixFS around "hello\n": the id that `ipfs add` prints for it since 2014.
        var node = Convert.FromHexString("0a0c08021206" + "68656c6c6f0a" + "1806");

        Assert.True(Cid.TryParse("QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN", out var cid));
        Assert.Equal("hello\n", Encoding.UTF8.GetString(cid.ContentOf(node)!));
        Assert.Null(cid.ContentOf(node.AsSpan(1)));
    }

    [Fact]
    public void Files_are_read_as_they_occur()
    {
        var file = RegistrationFile.TryParse(Encoding.UTF8.GetBytes("""
            {"name":"Old","endpoints":[{"type":"MCP","url":"https://a.example/mcp"},{"bad":1},7],"x402support":true,"supportedTrusts":["reputation"],
             "registrations":[{"agentId":"115792089237316195423570985008687907853269984665640564039457584007913129639935","agentRegistry":"eip155:1:0x8004a169fb4a3325136eb29fa0ceb6d2e539a432"}]}
            """))!;

        Assert.Equal(("MCP", "https://a.example/mcp"), (file.Services[0].UntrustedName, file.Services[0].Endpoint));
        Assert.True(file.X402Support);
        Assert.True(file.Names(new(Money.ChainId.Evm(1), RegistryChain.Set.Identity, (System.Numerics.BigInteger.One << 256) - 1)));
        Assert.False(file.Names(new(Money.ChainId.Evm(8453), RegistryChain.Set.Identity, (System.Numerics.BigInteger.One << 256) - 1)));
        Assert.Equal(4, file.Findings.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    [InlineData("<html>")]
    public void What_is_no_file_is_none(string text) => Assert.Null(RegistrationFile.TryParse(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_file_nested_too_deep_is_none() =>
        Assert.Null(RegistrationFile.TryParse(Encoding.UTF8.GetBytes(new string('[', 5000) + new string(']', 5000))));

    [Fact]
    public async Task A_domain_speaks_for_an_agent_or_not()
    {
        var agent = new AgentReference(RegistryChain.Id, RegistryChain.Set.Identity, 3);
        await using var host = await StartAsync(context => context.Response.WriteAsync(
            context.Request.Path == "/.well-known/agent-registration.json"
                ? $$"""{"registrations":[{"agentId":3,"agentRegistry":"{{agent.RegistryText}}"}]}"""
                : ""));
        await using var other = await StartAsync(context => context.Response.WriteAsync("""{"registrations":[]}"""));
        var (mine, theirs) = (host.Urls.Single() + "/mcp", other.Urls.Single() + "/mcp");
        var file = new RegistrationFile { Services = [new("MCP", mine, null), new("MCP", theirs, null), new("A2A", "http://plain.example/", null), new("ENS", "a.eth", null)] };
        var loader = Loader(host.Urls.Single(), other.Urls.Single());

        var verdicts = await DomainCheck.CheckAsync(loader, agent, file, new() { Status = FileStatus.Inline }, Ct);

        Assert.Equal(
            (DomainVerdict.Verified, DomainVerdict.Mismatch, DomainVerdict.NotHttps),
            (verdicts[mine], verdicts[theirs], verdicts["http://plain.example/"]));
        Assert.Equal(3, verdicts.Count);
    }

    [Theory]
    [InlineData("eip155:8453:0x8004A169FB4a3325136EB29fA0ceB6D2e539a432/22")]
    [InlineData("eip155:8453:0x8004A169FB4a3325136EB29fA0ceB6D2e539a432#22")]
    [InlineData("eip155:8453:22")]
    [InlineData("8453:22")]
    [InlineData("base:22")]
    [InlineData("base:8453:22")]
    public void All_spellings_name_the_same_agent(string text)
    {
        Assert.True(AgentQuery.TryParse(text, EvmChains.BuiltIn, RegistryTable.BuiltIn, out var query, out _));
        Assert.Equal("eip155:8453:0x8004A169FB4a3325136EB29fA0ceB6D2e539a432/22", Assert.IsType<AgentQuery.Agent>(query).Reference.ToString());
    }

    [Fact]
    public void Wallets_names_and_domains_are_told_apart_and_the_rest_is_refused()
    {
        Assert.IsType<AgentQuery.Wallet>(Parse("0x8004A169FB4a3325136EB29fA0ceB6D2e539a432"));
        Assert.Equal("base", Assert.IsType<AgentQuery.Wallet>(Parse("eip155:8453:0x8004A169FB4a3325136EB29fA0ceB6D2e539a432")).Chain!.Name);
        Assert.IsType<AgentQuery.Name>(Parse("agent.eth"));
        Assert.Equal("agent.example.com", Assert.IsType<AgentQuery.Domain>(Parse("https://agent.example.com/x?y")).Host);
        Assert.IsType<AgentQuery.Domain>(Parse("agent.example.com"));
        foreach (var text in (string[])["", "22", "base:", "base:-1", "base:022", "base:22:1", "nochain:1", "base:0x12/1", "sol:abc", "base:1e5", new string('9', 400)])
        {
            Assert.False(AgentQuery.TryParse(text, EvmChains.BuiltIn, RegistryTable.BuiltIn, out _, out var problem), text);
            Assert.NotEmpty(problem);
        }

        static AgentQuery Parse(string text) => AgentQuery.TryParse(text, EvmChains.BuiltIn, RegistryTable.BuiltIn, out var query, out var problem) ? query : throw new InvalidOperationException(problem);
    }

    private static FileLoader Loader(params string[] origins) => new(new WebReader(new() { TrustedOrigins = origins }), []);

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static string Base32(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            var value = 0;
            for (var i = 0; i < 5; i++)
            {
                var at = bit + i;
                value = (value << 1) | (at < bytes.Length * 8 ? (bytes[at / 8] >> (7 - (at % 8))) & 1 : 0);
            }

            text.Append("abcdefghijklmnopqrstuvwxyz234567"[value]);
        }

        return text.ToString();
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return server;
    }
}
