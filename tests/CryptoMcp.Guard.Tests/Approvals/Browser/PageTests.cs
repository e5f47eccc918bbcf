using CryptoMcp.Guard.Owner;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace CryptoMcp.Guard.Tests.Approvals.Browser;

/// <summary>The approval page in a real Chromium with a virtual authenticator.</summary>
public sealed class PageTests(Browsers browsers) : IAsyncLifetime
{
    private BrowserGround _ground = null!;

    private ApprovalGround Owner => _ground.Owner;

    public async ValueTask InitializeAsync() => _ground = await BrowserGround.StartAsync(browsers);

    public ValueTask DisposeAsync() => _ground?.DisposeAsync() ?? default;

    [Fact]
    public async Task Approve()
    {
        var asked = await Owner.AskAsync("invoice-7");
        await _ground.OpenAsync();
        await Assertions.Expect(_ground.Page).ToHaveTitleAsync("1 question waits for you · CryptoMcp");
        await Assertions.Expect(_ground.Page.Locator(".amount")).ToHaveTextAsync("0.015 ETH");
        await _ground.Approve.ClickAsync();
        Assert.StartsWith("exposed", await _ground.OutcomeAsync(), StringComparison.Ordinal);
        Assert.Equal("settled", (await Owner.Ground.LookWhenFinalAsync(asked)).State);
        await Assertions.Expect(_ground.Page.Locator("h1")).ToHaveTextAsync("Nothing waits for you");
    }

    [Fact]
    public async Task Refuse()
    {
        var asked = await Owner.AskAsync("a");
        await _ground.OpenAsync($"approvals/{asked.Approval!.ApprovalId}");
        await _ground.Refuse.ClickAsync();
        await Assertions.Expect(_ground.Page.Locator(".ended")).ToContainTextAsync("Refused");
        Assert.Equal("refused", Owner.Show(asked).Status);
        Assert.True(await Owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task Expire()
    {
        var asked = await Owner.AskAsync("a");
        await _ground.OpenAsync();
        await _ground.Approve.WaitForAsync();
        Owner.Clock.Pass(TimeSpan.FromMinutes(11));
        await _ground.Approve.ClickAsync();
        Assert.Contains("does not wait for an approval", await _ground.OutcomeAsync(), StringComparison.Ordinal);
        Assert.True(await Owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task Replay()
    {
        var asked = await Owner.AskAsync("a");
        await _ground.OpenAsync();
        var sent = await _ground.Page.RunAndWaitForRequestAsync(() => _ground.Approve.ClickAsync(), request => request.Url.EndsWith("/approve", StringComparison.Ordinal));
        await _ground.OutcomeAsync();
        var again = await _ground.Page.EvaluateAsync<int>(
            "async ([url, token, body]) => (await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', 'CryptoMcp-Page': token }, body })).status",
            new object[] { sent.Url, await sent.HeaderValueAsync("cryptomcp-page") ?? string.Empty, sent.PostData! });
        Assert.Equal(StatusCodes.Status422UnprocessableEntity, again);
        await Owner.Ground.LookWhenFinalAsync(asked);
        Assert.Equal(1, await Owner.Ground.Chain.NonceAsync(Owner.Ground.Wallet));
    }

    [Fact]
    public async Task Wrong_origin()
    {
        // Another program's page on this machine gets the same passkey to sign the very challenge of the waiting document.
        var view = Owner.Show(await Owner.AskAsync("a"));
        var port = Ports.Free();
        await using var squatter = await ServeAsync(port);
        await _ground.Page.GotoAsync($"http://localhost:{port}/");
        var challenge = System.Buffers.Text.Base64Url.EncodeToString(Owner.Guard.Owner.ChallengeFor(view.Sha256));
        var parts = await _ground.Page.EvaluateAsync<string[]>(
            """
            async challenge => {
              const bytes = t => Uint8Array.from(atob(t.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
              const text = b => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
              const c = await navigator.credentials.get({ publicKey: { challenge: bytes(challenge), rpId: 'localhost', userVerification: 'required' } });
              return [text(c.rawId), text(c.response.clientDataJSON), text(c.response.authenticatorData), text(c.response.signature)];
            }
            """,
            challenge);
        var stolen = new Assertion { CredentialId = parts[0], ClientData = parts[1], AuthenticatorData = parts[2], Signature = parts[3] };
        await ApprovalTests.RefusedAsync("assertion_refused", () => Owner.Guard.Owner.ApproveAsync(view.ApprovalId, view.Sha256, stolen, ApprovalGround.Ct));
        Assert.True(await Owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task Tampered_document()
    {
        var asked = await Owner.AskAsync("a");
        var other = Owner.Show(await Owner.AskAsync("b", amount: "0.011 ETH"));
        await _ground.OpenAsync($"approvals/{asked.Approval!.ApprovalId}");
        await _ground.Approve.EvaluateAsync("(button, sha) => { button.dataset.sha256 = sha; }", other.Sha256);
        await _ground.Approve.ClickAsync();
        Assert.Contains("another challenge", await _ground.OutcomeAsync(), StringComparison.Ordinal);

        // With the other document's challenge too, the signature is good, and still not for what waits here.
        await _ground.Approve.EvaluateAsync(
            "(button, challenge) => { button.dataset.challenge = challenge; }",
            System.Buffers.Text.Base64Url.EncodeToString(Owner.Guard.Owner.ChallengeFor(other.Sha256)));
        await _ground.Approve.ClickAsync();
        await Assertions.Expect(_ground.Page.Locator(".card .outcome")).ToContainTextAsync("another document");
        Assert.True(await Owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task Double_click()
    {
        var asked = await Owner.AskAsync("a");
        await _ground.OpenAsync();
        await _ground.Approve.DblClickAsync();
        Assert.StartsWith("exposed", await _ground.OutcomeAsync(), StringComparison.Ordinal);
        await Owner.Ground.LookWhenFinalAsync(asked);
        Assert.Equal(1, await Owner.Ground.Chain.NonceAsync(Owner.Ground.Wallet));
    }

    [Fact]
    public async Task Two_tabs()
    {
        var asked = await Owner.AskAsync("a");
        await _ground.OpenAsync($"approvals/{asked.Approval!.ApprovalId}");
        var second = await _ground.Context.NewPageAsync();
        await second.GotoAsync($"{_ground.Served.Url}approvals/{asked.Approval.ApprovalId}");
        await _ground.Approve.ClickAsync();
        Assert.StartsWith("exposed", await _ground.OutcomeAsync(), StringComparison.Ordinal);

        // The other tab finds out by itself; whoever is quicker than it is told.
        await Assertions.Expect(second.Locator(".ended")).ToContainTextAsync("Approved");
        await Assertions.Expect(second.GetByRole(AriaRole.Button, new() { Name = "Approve with passkey" })).ToHaveCountAsync(0);
        await Owner.Ground.LookWhenFinalAsync(asked);
        Assert.Equal(1, await Owner.Ground.Chain.NonceAsync(Owner.Ground.Wallet));
    }

    [Fact]
    public async Task Without_verification_of_the_user_nothing_is_approved()
    {
        await Owner.AskAsync("a");
        await _ground.VerifyUserAsync(false);
        await _ground.OpenAsync();
        await _ground.Approve.ClickAsync();
        Assert.Contains("Nothing was approved", await _ground.OutcomeAsync(), StringComparison.Ordinal);
        Assert.True(await Owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task A_question_appears_by_itself_and_keyboard_and_names_are_enough_to_answer_it()
    {
        await _ground.OpenAsync();
        await Owner.AskAsync("a");
        await _ground.Page.GetByRole(AriaRole.Article, new() { Name = "Pay 0.015 ETH" }).WaitForAsync();
        await Assertions.Expect(_ground.Page.Locator("#announcer")).ToContainTextAsync("1 question");
        await _ground.Refuse.FocusAsync();
        await _ground.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(_ground.Approve).ToBeFocusedAsync();
        await _ground.Page.Keyboard.PressAsync("Enter");
        Assert.StartsWith("exposed", await _ground.OutcomeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Freeze()
    {
        await _ground.OpenAsync();
        await _ground.Page.GetByRole(AriaRole.Button, new() { Name = "Freeze all spending" }).ClickAsync();
        await _ground.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Go back" }).ClickAsync();
        Assert.Null(Owner.Guard.Status().Frozen);
        await _ground.Page.GetByRole(AriaRole.Button, new() { Name = "Freeze all spending" }).ClickAsync();
        await _ground.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Freeze", Exact = true }).ClickAsync();
        await Assertions.Expect(_ground.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Frozen");
        Assert.NotNull(Owner.Guard.Status().Frozen);
    }

    [Fact]
    public async Task Hostile_text_stays_text_and_breaks_no_policy_of_the_page()
    {
        var complaints = new List<string>();
        _ground.Page.Console += (_, message) => complaints.Add(message.Text);
        await Owner.AskAsync("<img/src=x/onerror=alert(1)>");
        await _ground.OpenAsync();
        await _ground.Page.GetByText("Text from the other side").ClickAsync();
        await Assertions.Expect(_ground.Page.Locator("blockquote")).ToHaveTextAsync("<img/src=x/onerror=alert(1)>");
        await Assertions.Expect(_ground.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.DoesNotContain(complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    /// <summary>Pictures for whoever looks at the page: light and dark, desktop and phone.</summary>
    [Theory]
    [InlineData("light", 1280, 900)]
    [InlineData("dark", 1280, 900)]
    [InlineData("light", 390, 844)]
    [InlineData("dark", 390, 844)]
    public async Task It_fits_the_window_and_its_text_can_be_read(string scheme, int width, int height)
    {
        await _ground.Page.SetViewportSizeAsync(width, height);
        await _ground.Page.EmulateMediaAsync(new() { ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ReducedMotion = ReducedMotion.Reduce });
        await Owner.Ground.LookWhenFinalAsync(await Owner.Ground.SendAsync("2.50 USDC"));
        await Owner.Ground.SendAsync("9 USDC", key: "too-much");
        await Owner.AskAsync("invoice-2041");
        await Owner.Guard.Proposals.ProposeAsync(Owner.Ground.PolicyBytes(revision: 2, day: "250 USD"), "cryptomcp policy apply", ApprovalGround.Ct);
        await _ground.OpenAsync();
        await _ground.Approve.First.WaitForAsync();
        Assert.Equal(0, await _ground.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        Assert.True(await _ground.Page.EvaluateAsync<double>(Contrast) >= 4.5);
        Directory.CreateDirectory(Pictures);
        await _ground.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"approvals-{scheme}-{width}.png"), FullPage = true });
        Assert.True(await Owner.NothingButAsync(1));
    }

    private static string Pictures => Path.Combine(CryptoMcp.Testing.RepositoryPaths.Root, "artifacts", "screenshots");

    /// <summary>The least contrast between text and its ground (WCAG 2.2, 1.4.3), over everything that is shown.</summary>
    private const string Contrast =
        """
        () => {
          const channel = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
          const parse = c => c.match(/[\d.]+/g).map(Number);
          const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
          const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
          let least = 21;
          for (const e of document.querySelectorAll('main *, header *')) {
            if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.getClientRects().length || e.disabled) continue;
            const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
            least = Math.min(least, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
          }
          return least;
        }
        """;

    private static async Task<WebApplication> ServeAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var app = builder.Build();
        app.Run(http =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<!doctype html><title>Free prizes</title>");
        });
        await app.StartAsync(ApprovalGround.Ct);
        return app;
    }
}
