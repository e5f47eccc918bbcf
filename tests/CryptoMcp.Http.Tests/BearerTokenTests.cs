using System.Net;

namespace CryptoMcp.Http.Tests;

/// <summary>The token in a file, as a sidecar uses it.</summary>
public sealed class BearerTokenTests : IDisposable
{
    private static readonly string s_token = new('k', 64);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("token");

    [Theory]
    [InlineData(null, "Bearer realm=\"cryptomcp\"")]
    [InlineData("Bearer wrong", "Bearer realm=\"cryptomcp\", error=\"invalid_token\"")]
    [InlineData("Basic a3M6a3M=", "Bearer realm=\"cryptomcp\", error=\"invalid_token\"")]
    [InlineData("Bearer ", "Bearer realm=\"cryptomcp\", error=\"invalid_token\"")]
    public async Task Without_the_token_nothing_is_served(string? header, string challenge)
    {
        await using var server = await TestServer.StartAsync(tokenFile: Write(s_token));
        using var response = await server.PostModernAsync("server/discover", tweak: request =>
        {
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", header);
            }
        });
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(challenge, response.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task With_the_token_a_client_works_and_tools_know_who_asks(string version)
    {
        await using var server = await TestServer.StartAsync(tokenFile: Write(s_token + "\n"));
        await using var client = await server.ConnectAsync(version, s_token);
        Assert.Equal("bearer-token-holder", await ClientTests.CallAsync(client, "test_who"));
    }

    [Fact]
    public async Task A_session_cannot_be_used_without_the_token_that_opened_it()
    {
        await using var server = await TestServer.StartAsync(tokenFile: Write(s_token));
        server.Http.DefaultRequestHeaders.Add("Authorization", "Bearer " + s_token);
        var session = await server.OpenSessionAsync();
        server.Http.DefaultRequestHeaders.Remove("Authorization");
        using var stolen = await server.PingAsync(session);
        Assert.Equal(HttpStatusCode.Unauthorized, stolen.StatusCode);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite)]
    public void A_file_that_others_can_reach_is_refused(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes exist on Unix only.");
        var file = Write(s_token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
        }

        var refusal = Assert.Throws<InvalidDataException>(() => BearerTokenFile.ReadSha256(file));
        Assert.Contains("chmod 600", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(s_token, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_token_is_refused()
    {
        var refusal = Assert.Throws<InvalidDataException>(() => BearerTokenFile.ReadSha256(Write("hunter2")));
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string token)
    {
        var file = Path.Combine(_folder.FullName, "token");
        File.WriteAllText(file, token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }
}
