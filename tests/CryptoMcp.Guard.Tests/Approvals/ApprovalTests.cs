using CryptoMcp.Guard.Contracts;
using CryptoMcp.Ledger.Journal;
using CryptoMcp.Testing;

namespace CryptoMcp.Guard.Tests.Approvals;

/// <summary>What happens between the policy's <c>ask</c> and the payment.</summary>
public sealed class ApprovalTests : IAsyncLifetime
{
    private ApprovalGround _owner = null!;

    private GuardService Guard => _owner.Guard;

    public async ValueTask InitializeAsync() => _owner = await ApprovalGround.StartAsync();

    public ValueTask DisposeAsync() => _owner.DisposeAsync();

    [Fact]
    public async Task Asking_waits_holds_nothing_and_says_what_is_asked()
    {
        var asked = await _owner.AskAsync("invoice-7");
        Assert.Equal("waiting", asked.State);
        Assert.Equal("waiting", asked.Approval!.Status);
        Assert.Contains("approval_get", asked.Next, StringComparison.Ordinal);
        Assert.Equal("0.00 USD", _owner.Ground.Budget("day").Held);

        var view = _owner.Show(asked);
        Assert.Equal("dearer", view.Rule);
        Assert.Equal("0.015 ETH", Fact(view, "What"));
        Assert.StartsWith("NEW ADDRESS", Fact(view, "To"), StringComparison.Ordinal);
        Assert.Equal("0x 7099 7970 C518 12dc 3A01 0C7d 01b5 0e0d 17dc 79C8", Fact(view, "Address"));
        Assert.StartsWith("never", Fact(view, "Paid before"), StringComparison.Ordinal);
        Assert.EndsWith(" ETH", Fact(view, "Fee at most"), StringComparison.Ordinal);
        Assert.Equal("test", Fact(view, "Asked by"));
        Assert.Contains("77.50 USD of 100.00 USD", Fact(view, "Budget day"), StringComparison.Ordinal);
        Assert.Equal("invoice-7", Assert.Single(view.Quotes).Text);
        Assert.True(await _owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task An_approved_payment_is_made_by_the_guard_itself_and_the_same_call_finds_it()
    {
        var asked = await _owner.AskAsync("a");
        var approved = await _owner.ApproveAsync(asked);
        Assert.Equal("approved", approved.Status);
        Assert.Equal("exposed", approved.Payment!.State);
        Assert.Equal("settled", (await _owner.Ground.LookWhenFinalAsync(asked)).State);

        var again = await _owner.AskAsync("a");
        Assert.True(again.Repeated);
        Assert.Equal(asked.PaymentId, again.PaymentId);
        Assert.Equal(1, await _owner.Ground.Chain.NonceAsync(_owner.Ground.Wallet));
    }

    [Fact]
    public async Task The_question_is_in_the_journal_with_its_hash_before_anybody_sees_it()
    {
        var asked = await _owner.AskAsync("a");
        var line = JournalReader.Read(_owner.Ground.Home.Guard).Single(record => record.Type == "waiting");
        var approval = line.Record.GetProperty("facts").GetProperty("approval");
        Assert.Equal(asked.PaymentId, line.PaymentId);
        Assert.Equal(_owner.Show(asked).Sha256, approval.GetProperty("sha256").GetString());
        await _owner.ApproveAsync(asked);
        var yes = JournalReader.Read(_owner.Ground.Home.Guard).Last(record => record.Record.TryGetProperty("kind", out var kind) && kind.GetString() == "approval");
        Assert.Equal(_owner.Passkey.IdText, yes.Record.GetProperty("details").GetProperty("credential").GetString());
        Assert.True(JournalVerifier.Verify(_owner.Ground.Home.Guard).IsWhole);
    }

    [Fact]
    public async Task The_passphrase_approves_together_with_the_end_of_the_address()
    {
        var asked = await _owner.AskAsync("a");
        var view = _owner.Show(asked);
        using var passphrase = ApprovalGround.Secret(ApprovalGround.Passphrase);
        using var wrong = ApprovalGround.Secret("wrong passphrase");
        await RefusedAsync("wrong_address_check", () => Guard.Owner.ApproveAsync(view.ApprovalId, view.Sha256, "79c9", passphrase, ApprovalGround.Ct));
        await RefusedAsync("wrong_passphrase", () => Guard.Owner.ApproveAsync(view.ApprovalId, view.Sha256, "79c8", wrong, ApprovalGround.Ct));
        Assert.True(await _owner.NothingWasPaidAsync());
        Assert.Equal("exposed", (await Guard.Owner.ApproveAsync(view.ApprovalId, view.Sha256, "79C8", passphrase, ApprovalGround.Ct)).Payment!.State);
    }

    [Fact]
    public async Task A_refusal_ends_it_and_neither_this_client_nor_this_payee_is_asked_for_a_while()
    {
        var asked = await _owner.AskAsync("a");
        Assert.Equal("refused", (await Guard.Approvals.RefuseAsync(asked.Approval!.ApprovalId, ApprovalGround.Ct)).Status);
        await RefusedAsync("not_waiting", () => _owner.ApproveAsync(asked));

        Assert.Equal("resting_after_refusal", (await _owner.AskAsync("b")).Decision!.Code);
        Assert.Equal("resting_after_refusal", (await _owner.AskAsync("c", client: "another")).Decision!.Code);
        Assert.Equal("resting_after_refusal", (await _owner.AskAsync("d", to: TestAddresses.Other)).Decision!.Code);
        Assert.Equal("waiting", (await _owner.AskAsync("e", to: TestAddresses.Other, client: "another")).State);

        await _owner.RestartAsync();
        Assert.Equal("resting_after_refusal", (await _owner.AskAsync("f")).Decision!.Code);
        _owner.Clock.Pass(TimeSpan.FromMinutes(6));
        Assert.Equal("waiting", (await _owner.AskAsync("g")).State);
    }

    [Fact]
    public async Task At_most_three_wait()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("waiting", (await _owner.AskAsync($"w{i}")).State);
        }

        var fourth = await _owner.AskAsync("w3");
        Assert.Equal("denied", fourth.State);
        Assert.Equal("too_many_waiting", fourth.Decision!.Code);
    }

    [Fact]
    public async Task Seven_who_ask_at_once_get_three_places()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, 7).Select(i => _owner.AskAsync($"r{i}", amount: $"0.01{i + 1} ETH").AsTask()));
        Assert.Equal(3, asked.Count(payment => payment.State == "waiting"));
    }

    [Fact]
    public async Task A_question_ends_by_itself()
    {
        var asked = await _owner.AskAsync("a");
        _owner.Clock.Pass(TimeSpan.FromMinutes(11));
        await RefusedAsync("not_waiting", () => _owner.ApproveAsync(asked));
        Assert.Equal("expired", _owner.Show(asked).Status);
        Assert.True(await _owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task A_waiting_payment_survives_a_restart_and_the_page_from_before_does_not()
    {
        var asked = await _owner.AskAsync("a");
        var view = _owner.Show(asked);
        var before = Guard.Owner.ChallengeFor(view.Sha256);
        await _owner.RestartAsync();
        Assert.Equal("waiting", _owner.Show(asked).Status);
        await RefusedAsync("assertion_refused", () => Guard.Owner.ApproveAsync(view.ApprovalId, view.Sha256, _owner.Passkey.Sign(before), ApprovalGround.Ct));
        Assert.Equal("approved", (await _owner.ApproveAsync(asked)).Status);
    }

    [Fact]
    public async Task Dying_after_the_approval_pays_once_or_not_at_all()
    {
        await _owner.RestartAsync(new BreakAt("road.approved"));
        var asked = await _owner.AskAsync("a");
        await Assert.ThrowsAsync<BrokenOffException>(() => _owner.ApproveAsync(asked).AsTask());
        await _owner.RestartAsync();
        await ReachesAsync(asked.PaymentId, "released");
        Assert.True(await _owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task Dying_after_the_signature_carries_it_on_once()
    {
        await _owner.RestartAsync(new BreakAt("road.signed"));
        var asked = await _owner.AskAsync("a");
        await Assert.ThrowsAsync<BrokenOffException>(() => _owner.ApproveAsync(asked).AsTask());
        await _owner.RestartAsync();
        await ReachesAsync(asked.PaymentId, "settled");
        Assert.Equal(1, await _owner.Ground.Chain.NonceAsync(_owner.Ground.Wallet));
    }

    [Fact]
    public async Task A_fee_above_the_frozen_one_is_asked_again_and_not_paid()
    {
        var asked = await _owner.AskAsync("a");
        var base0 = await _owner.Ground.Chain.CallAsync("eth_gasPrice");
        var dear = JsonRpcNode.Quantity(base0!.GetValue<string>()) * 20;
        await _owner.Ground.Chain.CallAsync("anvil_setNextBlockBaseFeePerGas", JsonRpcNode.Hex(dear));
        await _owner.Ground.Chain.MineAsync();

        // The estimate of a moment ago is kept for one block time.
        _owner.Clock.Pass(TimeSpan.FromSeconds(1));
        var answer = await _owner.ApproveAsync(asked);
        Assert.Equal("superseded", answer.Status);
        Assert.Contains("fee is above", answer.Payment!.Proof, StringComparison.Ordinal);
        Assert.True(await _owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task What_the_policy_denies_by_then_is_not_paid()
    {
        var asked = await _owner.AskAsync("a");
        Assert.Null(await Guard.Proposals.ProposeAsync(_owner.Ground.PolicyBytes(revision: 2, day: "10 USD"), "owner", ApprovalGround.Ct));
        var answer = await _owner.ApproveAsync(asked);
        Assert.Equal("superseded", answer.Status);
        Assert.Contains("no longer allowed", answer.Payment!.Proof, StringComparison.Ordinal);
        Assert.True(await _owner.NothingWasPaidAsync());
    }

    [Fact]
    public async Task While_frozen_nothing_is_approved_and_the_question_stays_open()
    {
        var asked = await _owner.AskAsync("a");
        await Guard.FreezeAsync("a test");
        await RefusedAsync("frozen", () => _owner.ApproveAsync(asked));
        Assert.Equal("waiting", _owner.Show(asked).Status);
    }

    [Fact]
    public async Task The_caller_may_withdraw()
    {
        var asked = await _owner.AskAsync("a");
        var withdrawn = await Guard.Spending.CancelAsync(asked.PaymentId, "test", ApprovalGround.Ct);
        Assert.Equal("withdrawn", withdrawn.Approval!.Status);
        await RefusedAsync("not_waiting", () => _owner.ApproveAsync(asked));
    }

    [Fact]
    public async Task The_second_payment_to_an_address_is_said_to_be_the_second()
    {
        var first = await _owner.AskAsync("a");
        await _owner.ApproveAsync(first);
        await _owner.Ground.LookWhenFinalAsync(first);
        Assert.StartsWith("once", Fact(_owner.Show(await _owner.AskAsync("b")), "Paid before"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_chain_leaves_the_question_open()
    {
        var asked = await _owner.AskAsync("a");
        await _owner.Ground.Endpoint.GoDownAsync();
        await RefusedAsync("chain_unreachable", () => _owner.ApproveAsync(asked));
        Assert.Equal("waiting", _owner.Show(asked).Status);
    }

    private async Task ReachesAsync(string paymentId, string state)
    {
        for (var i = 0; i < 200; i++)
        {
            if ((await Guard.Payments.GetAsync(paymentId, ApprovalGround.Ct)).State == state)
            {
                return;
            }

            await _owner.Ground.Chain.MineAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(25), ApprovalGround.Ct);
        }

        Assert.Fail($"{paymentId} is {Guard.Payments.Show(Guard.Payments.Find(paymentId)).State}, not {state}.");
    }

    private static string Fact(ApprovalView view, string name) => view.Facts.Single(fact => fact.Name == name).Text;

    internal static async Task RefusedAsync(string code, Func<ValueTask<ApprovalView>> act)
    {
        var refusal = await Assert.ThrowsAsync<GuardException>(() => act().AsTask());
        Assert.Equal(code, refusal.Problem.Code);
    }
}

/// <summary>Addresses that nobody has to know.</summary>
internal static class TestAddresses
{
    public const string Other = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
}
