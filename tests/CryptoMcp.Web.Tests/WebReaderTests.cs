using System.Net;
using System.Text;
using CryptoMcp.Testing;
using Microsoft.AspNetCore.Http;

namespace CryptoMcp.Web.Tests;

public sealed class WebReaderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trusted_origin_answers_with_its_exact_bytes()
    {
        await using var host = await Host.StartAsync(context =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            return context.Response.WriteAsync("""{ "a": 1 }""");
        });
        using var reader = host.Reader();

        var answer = await reader.GetAsync(host.At("/file.json"), cancellationToken: Ct);

        Assert.True(answer.IsOk);
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal("""{ "a": 1 }""", Encoding.UTF8.GetString(answer.Body.Span));
    }

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:secret@example.com/")]
    public async Task Only_plain_https_is_asked(string address)
    {
        using var reader = new WebReader();

        var failure = await Assert.ThrowsAsync<WebFailureException>(() => reader.GetAsync(new(address), cancellationToken: Ct));

        Assert.Equal(WebFailure.NotAllowed, failure.Kind);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://2130706433/")] // 127.0.0.1 as one number
    [InlineData("https://0x7f.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    public async Task Private_addresses_in_digits_are_refused(string address)
    {
        using var reader = new WebReader();

        var failure = await Assert.ThrowsAsync<WebFailureException>(() => reader.GetAsync(new(address), cancellationToken: Ct));

        Assert.Equal(WebFailure.PrivateAddress, failure.Kind);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("8.8.8.8", "10.0.0.7")] // a name about to be rebound
    [InlineData("fd00::1")]
    public async Task Names_that_lead_to_private_addresses_are_refused_unconnected(params string[] addresses)
    {
        await using var host = await Host.StartAsync(context => context.Response.WriteAsync("secret of the owner's network"));
        using var reader = new WebReader(new() { Resolve = (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()) });

        var failure = await Assert.ThrowsAsync<WebFailureException>(
            () => reader.GetAsync(new($"https://innocent.example:{new Uri(host.Origin).Port}/"), cancellationToken: Ct));

        Assert.Equal(WebFailure.PrivateAddress, failure.Kind);
        Assert.Equal(0, host.Asked);
    }

    [Fact]
    public async Task A_redirect_is_checked_like_the_first_address()
    {
        await using var inside = await Host.StartAsync(context => context.Response.WriteAsync("secret"));
        await using var host = await Host.StartAsync(context =>
        {
            context.Response.Redirect(inside.Origin + "/admin");
            return Task.CompletedTask;
        });
        using var reader = host.Reader();

        var failure = await Assert.ThrowsAsync<WebFailureException>(() => reader.GetAsync(host.At("/"), cancellationToken: Ct));

        Assert.Equal(WebFailure.NotAllowed, failure.Kind);
        Assert.Equal(0, inside.Asked);
    }

    [Fact]
    public async Task Redirects_end()
    {
        await using var host = await Host.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var reader = host.Reader();

        var failure = await Assert.ThrowsAsync<WebFailureException>(() => reader.GetAsync(host.At("/"), cancellationToken: Ct));

        Assert.Equal(WebFailure.Redirects, failure.Kind);
        Assert.Equal(4, host.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ten_megabytes_are_not_read(bool announced)
    {
        long sent = 0;
        await using var host = await Host.StartAsync(async context =>
        {
            context.Response.ContentLength = announced ? 10 * 1024 * 1024 : null;
            var block = new byte[64 * 1024];
            try
            {
                for (var i = 0; i < 160; i++)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                    Interlocked.Add(ref sent, block.Length);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The reader hung up, as it should.
            }
        });
        using var reader = host.Reader();

        var failure = await Assert.ThrowsAsync<WebFailureException>(() => reader.GetAsync(host.At("/"), cancellationToken: Ct));

        Assert.Equal(WebFailure.TooLarge, failure.Kind);
    }

    [Fact]
    public async Task An_encoding_that_was_not_asked_for_is_refused()
    {
        await using var host = await Host.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.WriteAsync("bomb");
        });
        using var reader = host.Reader();

        var failure = await Assert.ThrowsAsync<WebFailureException>(() => reader.GetAsync(host.At("/"), cancellationToken: Ct));

        Assert.Equal(WebFailure.Encoding, failure.Kind);
    }

    [Fact]
    public async Task A_server_that_never_ends_its_answer_is_left()
    {
        var clock = new StoppedClock();
        var reached = new TaskCompletionSource();
        await using var host = await Host.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync("{"u8.ToArray());
            await context.Response.Body.FlushAsync();
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var reader = host.Reader(clock);

        var fetch = reader.GetAsync(host.At("/"), cancellationToken: Ct);
        await reached.Task.WaitAsync(Ct);
        clock.Advance(TimeSpan.FromSeconds(6));
        var failure = await Assert.ThrowsAsync<WebFailureException>(() => fetch);

        Assert.Equal(WebFailure.TimedOut, failure.Kind);
    }

    [Fact]
    public async Task Nobody_listens()
    {
        using var reader = new WebReader(new() { TrustedOrigins = ["http://127.0.0.1:9"] });

        var failure = await Assert.ThrowsAsync<WebFailureException>(() => reader.GetAsync(new("http://127.0.0.1:9/"), cancellationToken: Ct));

        Assert.Equal(WebFailure.Unreachable, failure.Kind);
    }
}
