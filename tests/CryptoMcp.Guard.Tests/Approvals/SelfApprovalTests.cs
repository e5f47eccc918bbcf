using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Owner;
using CryptoMcp.Guard.Page;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoMcp.Guard.Tests.Approvals;

/// <summary>
/// Ways for an agent with a shell to approve its own payment. Each starts from a payment that waits, and ends with
/// nothing paid.
/// </summary>
public sealed partial class SelfApprovalTests : IAsyncLifetime
{
    private ApprovalGround _owner = null!;
    private PaymentView _asked = null!;

    private GuardService Guard => _owner.Guard;

    private string Id => _asked.Approval!.ApprovalId;

    public async ValueTask InitializeAsync()
    {
        _owner = await ApprovalGround.StartAsync();
        _asked = await _owner.AskAsync("attack");
    }

    public async ValueTask DisposeAsync()
    {
        Assert.True(await _owner.NothingWasPaidAsync());
        await _owner.DisposeAsync();
    }

    [Fact]
    public async Task A01_curl_at_the_page()
    {
        await using var page = await _owner.ServeAsync();
        using var curl = new HttpClient();
        foreach (var path in (string[])["approve", $"approve/{Id}", $"approvals/{Id}", $"approvals/{Id}/approve", "v1/payments", $"v1/approvals/{Id}/approve"])
        {
            using var answer = await curl.PostAsync(new Uri(page.Url + path), JsonContent("{}"), ApprovalGround.Ct);
            Assert.False(answer.IsSuccessStatusCode, path);
        }
    }

    [Fact]
    public async Task A02_curl_with_the_pages_own_token_and_origin_but_no_assertion()
    {
        await using var page = await _owner.ServeAsync();
        var answer = await PostAsync(page, "approve", new JsonObject { ["approval_id"] = Id, ["sha256"] = _owner.Show(_asked).Sha256, ["assertion"] = Fake() });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer);
    }

    [Fact]
    public async Task A03_a_link_that_is_fetched()
    {
        await using var page = await _owner.ServeAsync();
        using var curl = new HttpClient();
        foreach (var path in (string[])["", $"approvals/{Id}", $"approve?approval_id={Id}", $"approvals/{Id}?approve=true", "version", "enroll", "freeze", "refuse"])
        {
            using var answer = await curl.GetAsync(new Uri(page.Url + path), ApprovalGround.Ct);
        }

        Assert.Equal("waiting", _owner.Show(_asked).Status);
        Assert.Null(Guard.Status().Frozen);
    }

    [Fact]
    public async Task A04_an_assertion_replayed_for_the_same_document()
    {
        var view = _owner.Show(_asked);
        var assertion = _owner.Passkey.Sign(Guard.Owner.ChallengeFor(view.Sha256));
        await _owner.Ground.Endpoint.GoDownAsync();
        await RefusedAsync("chain_unreachable", () => Guard.Owner.ApproveAsync(Id, view.Sha256, assertion, ApprovalGround.Ct));
        await RefusedAsync("assertion_refused", () => Guard.Owner.ApproveAsync(Id, view.Sha256, assertion, ApprovalGround.Ct));
    }

    [Fact]
    public async Task A05_an_assertion_for_another_document()
    {
        var other = await _owner.AskAsync("harmless", amount: "0.011 ETH");
        var assertion = _owner.Passkey.Sign(Guard.Owner.ChallengeFor(_owner.Show(other).Sha256));
        await RefusedAsync("assertion_refused", () => Guard.Owner.ApproveAsync(Id, _owner.Show(_asked).Sha256, assertion, ApprovalGround.Ct));
    }

    [Fact]
    public async Task A06_the_approved_hash_of_one_payment_used_for_another()
    {
        var other = await _owner.AskAsync("harmless", amount: "0.011 ETH");
        var hash = _owner.Show(other).Sha256;
        await RefusedAsync("other_document", () => Guard.Owner.ApproveAsync(Id, hash, _owner.Passkey.Sign(Guard.Owner.ChallengeFor(hash)), ApprovalGround.Ct));
    }

    [Fact]
    public async Task A07_a_sign_counter_that_goes_back()
    {
        _owner.Passkey.Counter = 0;
        await RefusedAsync("assertion_refused", () => _owner.ApproveAsync(_asked));
    }

    [Fact]
    public async Task A08_an_assertion_without_user_verification()
    {
        _owner.Passkey.Flags = 0x01;
        await RefusedAsync("assertion_refused", () => _owner.ApproveAsync(_asked));
    }

    [Theory]
    [InlineData("http://localhost:9999")]
    [InlineData("http://localhost")]
    [InlineData("https://localhost:7411")]
    [InlineData("http://127.0.0.1:7411")]
    [InlineData("http://localhost:7411.evil.example")]
    [InlineData("null")]
    public async Task A09_an_assertion_from_another_origin(string origin)
    {
        _owner.Passkey.Origin = origin;
        await RefusedAsync("assertion_refused", () => _owner.ApproveAsync(_asked));
    }

    [Fact]
    public async Task A10_an_assertion_for_another_relying_party()
    {
        _owner.Passkey.RelyingParty = "evil.example";
        await RefusedAsync("assertion_refused", () => _owner.ApproveAsync(_asked));
    }

    [Fact]
    public async Task A11_the_answer_to_a_registration_used_as_an_approval()
    {
        _owner.Passkey.Type = "webauthn.create";
        await RefusedAsync("assertion_refused", () => _owner.ApproveAsync(_asked));
    }

    [Fact]
    public async Task A12_a_passkey_of_the_agents_own()
    {
        using var own = new SoftPasskey();
        await RefusedAsync("assertion_refused", () => _owner.ApproveAsync(_asked, own));
    }

    [Fact]
    public async Task A13_a_self_enrolled_passkey_without_code()
    {
        using var own = new SoftPasskey();
        await using var page = await _owner.ServeAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PostAsync(page, "enroll/begin", new JsonObject { ["code"] = "guessed" }));
        using var wrong = ApprovalGround.Secret("not the passphrase");
        var refusal = await Assert.ThrowsAsync<GuardException>(() => Guard.Owner.BeginEnrolmentAsync("mine", wrong, ApprovalGround.Ct).AsTask());
        Assert.Equal("wrong_passphrase", refusal.Problem.Code);
    }

    [Fact]
    public async Task A14_an_enrolment_link_used_a_second_time()
    {
        using var passphrase = ApprovalGround.Secret(ApprovalGround.Passphrase);
        var code = await Guard.Owner.BeginEnrolmentAsync("owner", passphrase, ApprovalGround.Ct);
        var (create, prove) = Guard.Owner.EnrolmentChallenges(code);
        using var owners = new SoftPasskey();
        await Guard.Owner.EnrollAsync(code, owners.Register(create), owners.Sign(prove), ApprovalGround.Ct);
        using var own = new SoftPasskey();
        var refusal = await Assert.ThrowsAsync<GuardException>(
            () => Guard.Owner.EnrollAsync(code, own.Register(create), own.Sign(prove), ApprovalGround.Ct).AsTask());
        Assert.Equal("enrolment_refused", refusal.Problem.Code);
    }

    [Fact]
    public async Task A15_a_passkey_written_into_the_file()
    {
        using var own = new SoftPasskey();
        var file = Path.Combine(_owner.Ground.Home.Guard, "passkeys.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(file, ApprovalGround.Ct))!;
        json["passkeys"]![0]!["id"] = own.IdText;
        json["passkeys"]![0]!["public_key"] = Convert.ToBase64String(Base64UrlOf(own.Register(new byte[32]).PublicKey));
        GuardHome.WritePrivateFile(file, Encoding.UTF8.GetBytes(json.ToJsonString()));
        await _owner.RestartAsync();
        Assert.Empty(Guard.Owner.Passkeys);
        Assert.Contains(Guard.Status().Warnings, warning => warning.Contains("passkeys.json", StringComparison.Ordinal));
        await RefusedAsync("assertion_refused", () => _owner.ApproveAsync(_asked, own));
    }

    [Fact]
    public async Task A16_a_wallet_of_the_agents_own_beside_the_owners_to_seal_with()
    {
        // "aaa" is opened first; a seal made with its key must not count.
        using var key = SecretBytes.CopyOf(Enumerable.Repeat((byte)7, 32).ToArray());
        new WalletStore(_owner.Ground.Home, TimeProvider.System).ImportEvmKey("aaa", key, passphrase: null);
        using var own = new SoftPasskey();
        using var seal = OwnerSeal.Of("0x0000000000000000000000000000000000000001", key);
        PasskeyStore.Open(_owner.Ground.Home, seal).Keep(new()
        {
            Id = own.IdText,
            Name = "mine",
            PublicKey = Convert.ToBase64String(Base64UrlOf(own.Register(new byte[32]).PublicKey)),
            Algorithm = -7,
            Counter = 0,
            EnrolledAt = DateTimeOffset.UnixEpoch,
        });
        await _owner.RestartAsync();
        Assert.Empty(Guard.Owner.Passkeys);
    }

    [Fact]
    public async Task A17_a_port_taken_before_the_guard_starts()
    {
        var port = Ports.Free();
        using var squatter = Listen(IPAddress.Loopback, port);
        await using var page = await _owner.ServeAsync(port);
        Assert.DoesNotContain($":{port}/", page.Url, StringComparison.Ordinal);
        Assert.Equal(page.Origin, Guard.Owner.Origin);
        _owner.Passkey.Origin = $"http://localhost:{port}";
        await RefusedAsync("assertion_refused", () => _owner.ApproveAsync(_asked));
    }

    [Fact]
    public async Task A18_the_port_taken_on_the_other_loopback_address_only()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6, so nobody can listen there.");
        var port = Ports.Free();
        using var squatter = Listen(IPAddress.IPv6Loopback, port);
        await using var page = await _owner.ServeAsync(port);
        Assert.DoesNotContain($":{port}/", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A19_taking_the_other_address_of_a_page_that_is_served()
    {
        await using var page = await _owner.ServeAsync();
        var port = new Uri(page.Url).Port;
        Assert.Throws<SocketException>(() => Listen(IPAddress.Loopback, port));
        if (Socket.OSSupportsIPv6)
        {
            Assert.Throws<SocketException>(() => Listen(IPAddress.IPv6Loopback, port));
        }
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://localhost:1")]
    [InlineData("null")]
    public async Task A20_a_forged_or_foreign_origin(string origin)
    {
        await using var page = await _owner.ServeAsync();
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(page, "refuse", new JsonObject { ["approval_id"] = Id }, origin));
        Assert.Equal("waiting", _owner.Show(_asked).Status);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A21_dns_rebinding(string host)
    {
        await using var page = await _owner.ServeAsync();
        using var curl = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, page.Url) { Headers = { Host = host } };
        using var answer = await curl.SendAsync(request, ApprovalGround.Ct);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(ApprovalGround.Ct));
    }

    [Fact]
    public async Task A22_a_web_page_that_fetches_posts_a_form_or_opens_a_socket()
    {
        await using var page = await _owner.ServeAsync();
        using var curl = new HttpClient();
        foreach (var (method, type, mode) in ((string, string?, string)[])[("GET", null, "cors"), ("GET", null, "no-cors"), ("GET", null, "websocket"), ("POST", "text/plain", "no-cors"), ("POST", "application/x-www-form-urlencoded", "navigate"), ("OPTIONS", null, "cors")])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), page.Url + (method == "GET" ? string.Empty : "refuse"));
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            request.Headers.Add("Sec-Fetch-Mode", mode);
            request.Headers.Add("Origin", "https://evil.example");
            if (mode == "websocket")
            {
                request.Headers.Add("Upgrade", "websocket");
                request.Headers.Add("Connection", "Upgrade");
            }

            if (type is not null)
            {
                request.Content = new StringContent($$"""{"approval_id":"{{Id}}"}""");
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
            }

            using var answer = await curl.SendAsync(request, ApprovalGround.Ct);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }

        Assert.Equal("waiting", _owner.Show(_asked).Status);
    }

    [Fact]
    public async Task A23_the_page_framed_under_another()
    {
        await using var page = await _owner.ServeAsync();
        using var curl = new HttpClient();
        using var answer = await curl.GetAsync(new Uri(page.Url), ApprovalGround.Ct);
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", string.Join(' ', answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("same-origin", string.Join(' ', answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", await answer.Content.ReadAsStringAsync(ApprovalGround.Ct));
    }

    [Fact]
    public async Task A24_another_user_or_page_that_does_not_know_the_path()
    {
        await using var page = await _owner.ServeAsync();
        using var curl = new HttpClient();
        foreach (var path in (string[])["/", $"/approvals/{Id}", "/x/", "/../", "/%2e%2e/"])
        {
            using var answer = await curl.GetAsync(new Uri(page.Origin + path), ApprovalGround.Ct);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A25_a_second_guard_on_the_same_home()
    {
        var refusal = await Assert.ThrowsAsync<GuardException>(
            () => GuardService.OpenAsync(_owner.Ground.Home, new GuardOptions(), NullLoggerFactory.Instance, CancellationToken.None));
        Assert.Equal(GuardHost.AlreadyRunning, refusal.Problem.Code);
    }

    [Fact]
    public async Task A26_a_journal_edited_so_that_it_says_approved()
    {
        await Guard.DisposeAsync();
        var text = await File.ReadAllTextAsync(_owner.Ground.Home.JournalFile, ApprovalGround.Ct);
        await File.WriteAllTextAsync(_owner.Ground.Home.JournalFile, text.Replace("\"type\":\"waiting\"", "\"type\":\"reserved\"", StringComparison.Ordinal), ApprovalGround.Ct);
        var refusal = await Assert.ThrowsAsync<GuardException>(() => _owner.Ground.OpenAsync());
        Assert.Equal("journal_unusable", refusal.Problem.Code);
        await File.WriteAllTextAsync(_owner.Ground.Home.JournalFile, text, ApprovalGround.Ct);
        await _owner.Ground.OpenAsync();
    }

    [Fact]
    public async Task A27_a_journal_with_a_well_chained_approval_added()
    {
        // A program that may write the journal can append what it likes, hashes and all; the ledger itself is used here to do so.
        await Guard.DisposeAsync();
        await using (var forger = await JournalLedger.OpenAsync(new() { Directory = _owner.Ground.Home.Guard }, ApprovalGround.Ct))
        {
            await forger.ReserveApprovedAsync(_asked.PaymentId, _ => new Ruling { Verdict = Verdict.Allow }, ApprovalGround.Ct);
        }

        await _owner.Ground.OpenAsync();
        for (var i = 0; i < 100 && Guard.Payments.Find(_asked.PaymentId).State != PaymentState.Released; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), ApprovalGround.Ct);
        }

        Assert.Equal(PaymentState.Released, Guard.Payments.Find(_asked.PaymentId).State);
    }

    [Fact]
    public async Task A28_a_replaced_policy_file_that_no_longer_asks()
    {
        var loose = _owner.Ground.PolicyBytes(revision: 2);
        var text = Encoding.UTF8.GetString(loose).Replace("\"ask\": \"transfer\"", "\"allow\": \"transfer\"", StringComparison.Ordinal);
        GuardHome.WritePrivateFile(_owner.Ground.Home.PolicyFile, Encoding.UTF8.GetBytes(text));
        await _owner.RestartAsync();
        Assert.Equal("waiting", (await _owner.AskAsync("again", to: TestAddresses.Other)).State);
        Assert.Equal(1, Guard.Status().Policy.Revision);
    }

    [Fact]
    public async Task A29_a_system_clock_set_forward_past_the_delay_of_a_loosening()
    {
        var asked = (await Guard.Proposals.ProposeAsync(_owner.Ground.PolicyBytes(revision: 2, day: "1000 USD"), "agent", ApprovalGround.Ct))!;
        using var passphrase = ApprovalGround.Secret(ApprovalGround.Passphrase);
        await Guard.Owner.ApproveAsync(asked.ApprovalId, asked.Sha256, string.Empty, passphrase, ApprovalGround.Ct);
        _owner.Clock.SetDateBy(TimeSpan.FromDays(2));
        await Guard.Proposals.SweepAsync(ApprovalGround.Ct);
        Assert.Equal(1, Guard.Status().Policy.Revision);
        await _owner.RestartAsync();
        await Guard.Proposals.SweepAsync(ApprovalGround.Ct);
        Assert.Equal(1, Guard.Status().Policy.Revision);
    }

    [Fact]
    public async Task A30_a_system_clock_set_back_to_keep_a_question_alive()
    {
        _owner.Clock.Pass(TimeSpan.FromMinutes(11));
        _owner.Clock.SetDateBy(TimeSpan.FromHours(-2));
        await RefusedAsync("not_waiting", () => _owner.ApproveAsync(_asked));
    }

    [Fact]
    public async Task A31_the_guards_socket_without_the_passphrase()
    {
        var view = _owner.Show(_asked);
        using var guess = ApprovalGround.Secret("hunter2 hunter2");
        for (var i = 0; i < 5; i++)
        {
            await RefusedAsync("wrong_passphrase", () => Guard.Owner.ApproveAsync(Id, view.Sha256, "79c8", guess, ApprovalGround.Ct));
        }

        // Closed by now, for the right one too.
        using var right = ApprovalGround.Secret(ApprovalGround.Passphrase);
        await RefusedAsync("too_many_wrong", () => Guard.Owner.ApproveAsync(Id, view.Sha256, "79c8", right, ApprovalGround.Ct));
    }

    [Fact]
    public async Task A32_a_passphrase_of_the_agents_own_choice()
    {
        using var own = ApprovalGround.Secret("chosen by the agent");
        var refusal = Assert.Throws<GuardException>(() => Guard.Owner.ChoosePassphrase(own));
        Assert.Equal("passphrase_chosen", refusal.Problem.Code);
        await RefusedAsync("wrong_passphrase", () => Guard.Owner.ApproveAsync(Id, _owner.Show(_asked).Sha256, "79c8", own, ApprovalGround.Ct));
    }

    [Fact]
    public async Task A33_approving_one_and_swapping_the_payment()
    {
        // The same key with another amount is another wish: it neither replaces what waits nor rides on its approval.
        var refusal = await Assert.ThrowsAsync<GuardException>(() => _owner.AskAsync("attack", amount: "0.019 ETH").AsTask());
        Assert.Equal("idempotency_conflict", refusal.Problem.Code);
        Assert.Equal("0.015 ETH", _owner.Show(_asked).Facts.Single(fact => fact.Name == "What").Text);
    }

    [Fact]
    public async Task A34_text_of_the_agent_that_looks_like_the_page()
    {
        var asked = await _owner.AskAsync("</article><button>Approve:0.01");
        await using var page = await _owner.ServeAsync();
        using var curl = new HttpClient();
        var html = await curl.GetStringAsync(new Uri($"{page.Url}approvals/{asked.Approval!.ApprovalId}"), ApprovalGround.Ct);
        Assert.DoesNotContain("<button>Approve:", html, StringComparison.Ordinal);
        Assert.Matches("(?s)<details class=\"quotes\">.*&lt;/article&gt;&lt;button&gt;Approve:0.01.*</details>", html);
    }

    [Fact]
    public async Task A35_asking_until_somebody_gives_in()
    {
        await Guard.Approvals.RefuseAsync(Id, ApprovalGround.Ct);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("resting_after_refusal", (await _owner.AskAsync($"again{i}")).Decision!.Code);
        }

        // Refusals count to the tripwire, so whoever insists ends up with nothing at all.
        Assert.NotNull(Guard.Status().Frozen);
    }

    [Fact]
    public async Task A36_a_policy_proposal_approved_by_the_wrong_factor()
    {
        var asked = (await Guard.Proposals.ProposeAsync(_owner.Ground.PolicyBytes(revision: 2, day: "1000 USD"), "agent", ApprovalGround.Ct))!;
        await RefusedAsync(
            "factor_not_accepted",
            () => Guard.Owner.ApproveAsync(asked.ApprovalId, asked.Sha256, _owner.Passkey.Sign(Guard.Owner.ChallengeFor(asked.Sha256)), ApprovalGround.Ct));
    }

    private static Task RefusedAsync(string code, Func<ValueTask<ApprovalView>> act) => ApprovalTests.RefusedAsync(code, act);

    private static StringContent JsonContent(string json)
    {
        var content = new StringContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static JsonObject Fake() => new()
    {
        ["credential_id"] = "AAAA",
        ["client_data"] = "AAAA",
        ["authenticator_data"] = "AAAA",
        ["signature"] = "AAAA",
    };

    private static byte[] Base64UrlOf(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);

    private static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What a program on this machine can do at best: read the page's token and send it with the page's own origin.</summary>
    private static async Task<HttpStatusCode> PostAsync(ApprovalPageHost page, string path, JsonObject body, string? origin = null)
    {
        using var curl = new HttpClient();
        var html = await curl.GetStringAsync(new Uri(page.Url), ApprovalGround.Ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, page.Url + path) { Content = JsonContent(body.ToJsonString()) };
        request.Headers.Add("Origin", origin ?? page.Origin);
        request.Headers.Add(PageDefence.TokenHeader, PageTokenIn().Match(html).Groups[1].Value);
        using var answer = await curl.SendAsync(request, ApprovalGround.Ct);
        return answer.StatusCode;
    }

    [GeneratedRegex("name=\"page-token\" content=\"([^\"]+)\"")]
    private static partial Regex PageTokenIn();
}
