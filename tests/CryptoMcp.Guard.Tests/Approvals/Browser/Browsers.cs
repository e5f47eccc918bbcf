using CryptoMcp.Guard.Page;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(CryptoMcp.Guard.Tests.Approvals.Browser.Browsers))]

namespace CryptoMcp.Guard.Tests.Approvals.Browser;

/// <summary>Debian's Chromium, started once for all tests that need it.</summary>
public sealed class Browsers : IAsyncDisposable
{
    private const string Executable = "/usr/bin/chromium";

    private readonly SemaphoreSlim _one = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal async Task<IBrowser> GetAsync()
    {
        Assert.SkipUnless(File.Exists(Executable), "Chromium is not installed: apt-get install chromium");
        await _one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Executable,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
            });
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _one.Dispose();
    }
}

/// <summary>An owner before a browser with an authenticator of its own, and the page that a guard serves.</summary>
internal sealed class BrowserGround : IAsyncDisposable
{
    public required ApprovalGround Owner { get; init; }

    public required ApprovalPageHost Served { get; init; }

    public required IBrowserContext Context { get; init; }

    public required IPage Page { get; init; }

    public required ICDPSession Authenticator { get; init; }

    public required string AuthenticatorId { get; init; }

    public GuardService Guard => Owner.Guard;

    public static async Task<BrowserGround> StartAsync(Browsers browsers, BrowserNewContextOptions? options = null)
    {
        var browser = await browsers.GetAsync();
        var owner = await ApprovalGround.StartAsync();
        var served = await owner.ServeAsync();
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        var (session, id) = await AuthenticatorAsync(context, page);
        var ground = new BrowserGround { Owner = owner, Served = served, Context = context, Page = page, Authenticator = session, AuthenticatorId = id };
        await ground.EnrollAsync();
        return ground;
    }

    /// <summary>A new virtual authenticator (CDP, WebAuthn domain) that verifies its user.</summary>
    public static async Task<(ICDPSession Session, string Id)> AuthenticatorAsync(IBrowserContext context, IPage page)
    {
        var session = await context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true,
                ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        return (session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    public Task VerifyUserAsync(bool verified) => Authenticator.SendAsync(
        "WebAuthn.setUserVerified", new() { ["authenticatorId"] = AuthenticatorId, ["isUserVerified"] = verified });

    public ILocator Approve => Page.GetByRole(AriaRole.Button, new() { Name = "Approve with passkey" });

    public ILocator Refuse => Page.GetByRole(AriaRole.Button, new() { Name = "Refuse" });

    public Task OpenAsync(string path = "") => Page.GotoAsync(Served.Url + path);

    /// <summary>What the card says after something was done.</summary>
    public async Task<string> OutcomeAsync(IPage? page = null)
    {
        var outcome = (page ?? Page).Locator(".card .outcome");
        await Assertions.Expect(outcome).Not.ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^(|Waiting for your passkey …)$"));
        return await outcome.InnerTextAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await Served.DisposeAsync();
        await Owner.DisposeAsync();
    }

    private async Task EnrollAsync()
    {
        using var passphrase = ApprovalGround.Secret(ApprovalGround.Passphrase);
        var code = await Guard.Owner.BeginEnrolmentAsync("browser", passphrase, ApprovalGround.Ct);
        await OpenAsync($"enroll#{code}");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Make the passkey" }).ClickAsync();
        Assert.Contains("is enrolled", await OutcomeAsync(), StringComparison.Ordinal);
    }
}
