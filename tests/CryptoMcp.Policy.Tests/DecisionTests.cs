using CryptoMcp.Money;
using static CryptoMcp.Policy.Tests.Samples;

namespace CryptoMcp.Policy.Tests;

public sealed class DecisionTests
{
    private const string ToOurSafe = "\"if\": { \"to\": \"payee:ops-vault\" }";

    private const string Quiet = "\"forbid\": \"*\",             \"if\": { \"time\": \"not 07:00-22:00 Europe/Berlin\" }";

    [Fact]
    public void An_allowed_spend_names_its_rule_its_budgets_and_what_to_reserve()
    {
        var decision = Decide(Example, Transfer("10 USDC", OpsVault));
        Assert.Equal((Verdict.Allow, "allowed", "to-our-safe"), (decision.Verdict, decision.Code, decision.Rule));
        // 10 USDC at 1.00 and 0.0001 ETH at 1500.
        Assert.Equal("day:10.15 USD, ever:10.15 USD, fees:0.15 USD, month:10.15 USD, rate:1 payments", Text(decision));
        Assert.Equal(["day", "ever", "fees", "month", "rate"], decision.Budgets.Select(budget => budget.Id));
        Assert.Equal("25.00 USD", decision.Budgets[0].Unit.Format(decision.Budgets[0].Limit));
    }

    [Fact]
    public void A_refusal_names_the_budget_what_is_left_and_when_it_frees()
    {
        var book = new Book();
        book.Settle(Decide(Example, Transfer("20 USDC", OpsVault)).Charges, Noon.AddHours(-1));
        var decision = Decide(Example, Transfer("10 USDC", OpsVault), book);
        Assert.Equal(("over_budget", "day"), (decision.Code, decision.Rule));
        Assert.Contains("4.85 USD left of 25.00 USD", decision.Reason, StringComparison.Ordinal);
        Assert.Contains("2026-11-21 10:00:00Z", decision.Next, StringComparison.Ordinal);
        Assert.Equal(["tripwire"], decision.Charges.Select(charge => charge.Counter.Id));
    }

    [Fact]
    public void What_is_held_counts_as_what_is_used()
    {
        var book = new Book();
        book.Hold(Decide(Example, Transfer("20 USDC", OpsVault)).Charges);
        Assert.Equal("over_budget", Decide(Example, Transfer("10 USDC", OpsVault), book).Code);
    }

    [Fact]
    public void Dollars_are_rounded_up()
    {
        var policy = LoadEdited(("\"usdAtLeast\": \"1.00\"", "\"usdAtLeast\": \"0.99999999\""));
        var charge = Decide(policy, Pay("0.000001 USDC")).Charges.Single(charge => charge.Counter.Id == "day");
        Assert.Equal(100, charge.Amount);
    }

    [Fact]
    public void A_feed_below_the_floor_is_ignored_and_one_above_it_holds()
    {
        Assert.Contains("day:0.10 USD", Text(Decide(Example, Pay("0.10 USDC"), prices: new Feed("0.01"))), StringComparison.Ordinal);
        Assert.Contains("day:0.20 USD", Text(Decide(Example, Pay("0.10 USDC"), prices: new Feed("2"))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_ask_wins_over_an_allow()
    {
        var policy = LoadEdited(("[\"payee:*\", \"not payee:ops-vault\"]", "\"payee:*\""));
        Assert.Equal((Verdict.Ask, "to-known"), Of(Decide(policy, Transfer("1 USDC", OpsVault))));
    }

    [Fact]
    public void An_ask_that_meets_one_recipient_of_two_still_asks()
    {
        var policy = LoadEdited((ToOurSafe, "\"if\": { \"amount\": \"<= 20 USDC\" }"));
        var spend = Transfer("1 USDC", OpsVault);
        Assert.Equal((Verdict.Allow, "to-our-safe"), Of(Decide(policy, spend)));
        spend = spend with { Effects = [.. spend.Effects, new Effect.Outflow(Amount("1 USDC"), Weather)] };
        Assert.Equal((Verdict.Ask, "to-known"), Of(Decide(policy, spend)));
    }

    [Fact]
    public void An_allow_has_to_cover_every_recipient()
    {
        var spend = Transfer("1 USDC", OpsVault);
        spend = spend with { Effects = [.. spend.Effects, new Effect.Outflow(Amount("1 USDC"), Stranger)] };
        Assert.Equal("no_rule", Decide(Example, spend).Code);
    }

    [Fact]
    public void A_forbid_needs_to_meet_only_one_recipient()
    {
        var policy = LoadEdited(
            (Quiet, $"\"forbid\": \"transfer\", \"if\": {{ \"to\": \"{Stranger}\" }}"),
            (ToOurSafe, "\"if\": { \"amount\": \"<= 20 USDC\" }"));
        var spend = Transfer("1 USDC", OpsVault);
        Assert.Equal(Verdict.Allow, Decide(policy, spend).Verdict);
        spend = spend with { Effects = [.. spend.Effects, new Effect.Outflow(Amount("1 USDC"), Stranger)] };
        Assert.Equal(("forbidden", "quiet-hours"), (Decide(policy, spend).Code, Decide(policy, spend).Rule));
    }

    [Fact]
    public void A_missing_fact_makes_an_ask_open_nothing_and_still_ask()
    {
        var policy = LoadEdited(
            ("\"ask\":    \"x402.pay\",      \"if\": { \"asset\": \"USDC\", \"amount\": \"> 0.10 USDC and <= 5 USDC\", \"host\": \"not " +
                "api.weather.example\" }", "\"ask\": \"x402.pay\", \"if\": { \"scheme\": \"upto\" }"),
                    ("\"amount\": \"<= 0.10 USDC\", \"scheme\": [\"exact\"]", "\"amount\": \"<= 0.10 USDC\""));
        Assert.Equal(Verdict.Allow, Decide(policy, Pay("0.10 USDC")).Verdict);
        Assert.Equal((Verdict.Ask, "dearer-apis"), Of(Decide(policy, Pay("0.10 USDC") with { Scheme = null })));
        Assert.Equal("no_rule", Decide(policy, Pay("0.50 USDC") with { Scheme = null }).Code);
    }

    [Fact]
    public void The_nearest_rule_says_what_is_unmet()
    {
        var decision = Decide(Example, Pay("0.10 USDC") with { Scheme = "upto" });
        Assert.Equal("no_rule", decision.Code);
        Assert.Equal("cheap-apis: scheme is 'upto', and has to be exact", decision.FirstUnmet);
    }

    [Fact]
    public void A_replacement_at_the_same_nonce_needs_room_for_the_difference_alone()
    {
        var book = new Book();
        var first = Transfer("24 USDC", OpsVault);
        var held = Decide(Example, first, book).Charges;
        book.Hold(held);
        Assert.Equal("over_budget", Decide(Example, first, book).Code);
        var dearer = Transfer("24 USDC", OpsVault, "0.0002 ETH") with { Replaces = held };
        var decision = Decide(Example, dearer, book);
        Assert.Equal(Verdict.Allow, decision.Verdict);
        Assert.Equal(
            "0.15 USD",
            decision.Budgets.Single(budget => budget.Id == "day").Unit.Format(
                decision.Budgets.Single(budget => budget.Id == "day").Charge));
        Assert.Contains("day:24.30 USD", Text(decision), StringComparison.Ordinal);
        Assert.Equal("over_budget", Decide(LoadEdited(("25 USD", "24.20 USD")), dearer, book).Code);
    }

    [Fact]
    public void A_cancellation_passes_full_budgets_and_holds_what_the_stuck_transaction_holds()
    {
        var book = new Book();
        var held = Decide(Example, Transfer("24 USDC", OpsVault), book).Charges;
        book.Hold(held);
        var cancel = new Spend
        {
            Operation = Operations.Cancel, Account = new(Base, Wallet), Client = "agent", Chain = Base, Replaces = held,
            Effects = [new Effect.Outflow(Money.Amount.Zero(Asset("ETH")), Wallet), new Effect.Fee(Amount("0.0002 ETH"))],
        };
        var decision = Decide(Example, cancel, book, now: Noon.AddHours(11));
        Assert.Equal((Verdict.Allow, "built-in.cancel"), Of(decision));
        Assert.Contains("day:24.15 USD", Text(decision), StringComparison.Ordinal);
        Assert.Equal("forbidden", Decide(LoadEdited((Quiet, "\"forbid\": \"cancel\"")), cancel, book).Code);
        Assert.Equal("fee_too_high", Decide(Example, cancel with { Effects = [new Effect.Fee(Amount("0.0006 ETH"))] }, book).Code);
    }

    [Theory]
    // Summer time begins in Berlin on 29 March 2026 at 01:00 UTC, and ends on 25 October at 01:00 UTC.
    [InlineData("2026-03-28T06:00:00Z", true)]
    [InlineData("2026-03-28T05:59:59Z", false)]
    [InlineData("2026-03-29T05:00:00Z", true)]
    [InlineData("2026-03-29T04:59:59Z", false)]
    [InlineData("2026-03-29T19:59:59Z", true)]
    [InlineData("2026-03-29T20:00:00Z", false)]
    [InlineData("2026-10-24T05:00:00Z", true)]
    [InlineData("2026-10-25T05:59:59Z", false)]
    [InlineData("2026-10-25T06:00:00Z", true)]
    [InlineData("2026-10-25T20:59:59Z", true)]
    [InlineData("2026-10-25T21:00:00Z", false)]
    public void The_hours_follow_the_zones_clock_over_both_changes(string now, bool allowed) =>
        Assert.Equal(
            allowed, Decide(
                Example, Transfer("1 USDC", OpsVault),
                now: DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)).Verdict == Verdict.Allow);

    [Theory]
    // 02:00-03:00 does not exist on the day when summer time begins, and lasts two hours on the day when it ends.
    [InlineData("2026-03-29T00:59:59Z", false)]
    [InlineData("2026-03-29T01:00:00Z", false)]
    [InlineData("2026-10-25T00:00:00Z", true)]
    [InlineData("2026-10-25T00:59:59Z", true)]
    [InlineData("2026-10-25T01:00:00Z", true)]
    [InlineData("2026-10-25T01:59:59Z", true)]
    [InlineData("2026-10-25T02:00:00Z", false)]
    public void An_hour_that_is_skipped_never_matches_and_one_that_comes_twice_matches_twice(string now, bool forbidden)
    {
        var policy = LoadEdited(("not 07:00-22:00", "02:00-03:00"));
        Assert.Equal(
            forbidden,
            Decide(policy, Transfer("1 USDC", OpsVault),
                now: DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)).Code == "forbidden");
    }

    [Theory]
    [InlineData("2026-11-20T21:00:00Z", true)]
    [InlineData("2026-11-20T23:30:00Z", true)]
    [InlineData("2026-11-21T05:59:00Z", true)]
    [InlineData("2026-11-21T06:00:00Z", false)]
    [InlineData("2026-11-20T20:59:00Z", false)]
    public void Hours_can_run_over_midnight(string now, bool forbidden)
    {
        var policy = LoadEdited(("not 07:00-22:00", "22:00-07:00"));
        Assert.Equal(
            forbidden,
            Decide(policy, Transfer("1 USDC", OpsVault),
                now: DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)).Code == "forbidden");
    }

    [Fact]
    public void Each_budgets_have_a_counter_for_each_key()
    {
        foreach (
            var (each, key) in new[] { ("client", "agent"), ("wallet", "main"), ("chain", "eip155:8453"), ("payee", "ops-vault"),
                ("asset", "USDC") })
        {
            var policy = LoadEdited(("\"each\": \"host\"", $"\"each\": \"{each}\""));
            Assert.Contains(Decide(policy, Transfer("1 USDC", OpsVault)).Charges, charge => charge.Counter.Id == "per-host|" + key);
        }
    }

    [Fact]
    public void A_payee_budget_is_not_split_by_letter_case()
    {
        var policy = LoadEdited(("\"each\": \"host\"", "\"each\": \"payee\""));
        Assert.Contains(Decide(policy, Pay("0.10 USDC")).Charges, charge => charge.Counter.Id == "per-host|" + Stranger);
        Assert.Contains(
            Decide(policy, Pay("0.10 USDC", to: "0x" + Stranger[2..].ToUpperInvariant())).Charges, charge =>
                charge.Counter.Id == "per-host|" + Stranger);
    }

    [Fact]
    public void A_budget_in_an_assets_units_counts_that_asset_alone()
    {
        var policy = LoadEdited(("\"limit\": \"300 USD\"", "\"limit\": \"5 USDC\""));
        Assert.Contains("month:2 USDC", Text(Decide(policy, Transfer("2 USDC", OpsVault))), StringComparison.Ordinal);
        Assert.DoesNotContain("month", Text(Decide(policy, Transfer("0.001 ETH", OpsVault))), StringComparison.Ordinal);
        Assert.Equal(
            ("over_budget", "month"),
            (Decide(policy, Transfer("6 USDC", OpsVault)).Code, Decide(policy, Transfer("6 USDC", OpsVault)).Rule));
    }

    [Fact]
    public void Charges_can_be_computed_again_under_other_budgets()
    {
        var policy = LoadEdited(("\"id\": \"day\"", "\"id\": \"today\""));
        var charges = PolicyEngine.ChargesOf(policy, Transfer("2 USDC", OpsVault), FloorPrices.Instance);
        Assert.Contains(charges, charge => charge.Counter.Id == "today" && charge.Amount == 215_000_000);
    }

    [Fact]
    public void The_tripwire_acts_on_the_refusal_that_fills_it()
    {
        var book = new Book();
        for (var i = 1; i <= 20; i++)
        {
            var decision = i % 2 == 0
                ? Decide(Example, Transfer("1 USDC", Stranger), book)
                : PolicyEngine.Refuse(Example, "agent", "invalid_amount", "No.", "Correct it.", book);
            Assert.Equal(i == 20, decision.Freeze);
            book.Hold(decision.Charges);
        }
    }

    [Fact]
    public void A_counter_of_refusals_that_does_not_freeze_refuses_while_it_is_full()
    {
        var policy = LoadEdited((", \"whenFull\": \"freeze\"", ", \"each\": \"client\""));
        var book = new Book();
        for (var i = 0; i < 20; i++)
        {
            book.Hold(Decide(policy, Transfer("1 USDC", Stranger), book).Charges);
        }

        Assert.Equal("too_many_denials", Decide(policy, Transfer("1 USDC", OpsVault), book).Code);
        Assert.Equal(Verdict.Allow, Decide(policy, Transfer("1 USDC", OpsVault) with { Client = "other" }, book).Verdict);
    }

    [Fact]
    public void Slippage_has_its_limit()
    {
        var spend = Transfer("1 USDC", OpsVault);
        Assert.Equal(Verdict.Allow, Decide(Example, spend with { SlippageBasisPoints = 50 }).Verdict);
        Assert.Equal("slippage_too_high", Decide(Example, spend with { SlippageBasisPoints = 51 }).Code);
        Assert.Equal(
            "slippage_too_high",
            Decide(LoadEdited(("\"slippage\": \"0.5%\", ", string.Empty)), spend with { SlippageBasisPoints = 1 }).Code);
    }

    [Fact]
    public void Every_refusal_names_rule_reason_and_next_step()
    {
        Decision[] refusals =
        [
            Decide(Example, Transfer("1 USDC", Stranger)), Decide(Example, Transfer("30 USDC", OpsVault)), Decide(Example, Pay("6 USDC")),
            Decide(Example, Transfer("1 USDC", OpsVault) with { Operation = "?" }), Decide(Example, Transfer("1 USDC", Wallet)),
        ];
        Assert.All(refusals, refusal =>
        {
            Assert.Equal(Verdict.Deny, refusal.Verdict);
            Assert.NotEmpty(refusal.Rule);
            Assert.EndsWith(".", refusal.Reason, StringComparison.Ordinal);
            Assert.EndsWith(".", refusal.Next, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("payee_too_new", "2026-11-19T11:00:01Z")]
    [InlineData("allowed", "2026-11-19T11:00:00Z")]
    [InlineData("payee_too_new", null)]
    public void A_new_payee_waits(string code, string? since) => Assert.Equal(
        code,
        Decide(Example, Transfer("1 USDC", OpsVault),
            new Book { KnownSince = since is null ? null
                : DateTimeOffset.Parse(since, System.Globalization.CultureInfo.InvariantCulture) }).Code);

    private static (Verdict Verdict, string Rule) Of(Decision decision) => (decision.Verdict, decision.Rule);

    private static string Text(Decision decision) =>
        string.Join(", ", decision.Charges.Select(charge => $"{charge.Counter}:{charge.Counter.Unit.Format(charge.Amount)}"));

    private sealed class Feed(string price) : IPriceView
    {
        public Usd? PricePerWhole(Asset asset) => Usd.Parse(price);
    }
}
