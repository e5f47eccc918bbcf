using FsCheck;
using FsCheck.Fluent;

namespace CryptoMcp.Policy.Tests;

public sealed class PolicyProperties
{
    private const int Runs = 300;

    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(Runs);

    [Fact]
    public void Tightening_never_allows_what_was_denied() => ForAll((random, seed) =>
    {
        var before = RandomPolicy.Create(random);
        var after = before.Copy();
        Tighten(after, random);
        var (old, now) = (before.Load(), after.Load());
        Assert.False(PolicyDiff.Between(old, now).Loosens);
        AssertNotWider(old, now, random, seed);
    });

    [Fact]
    public void What_the_comparison_calls_no_loosening_is_none() => ForAll((random, seed) =>
    {
        var before = RandomPolicy.Create(random);
        var after = before.Copy();
        var other = RandomPolicy.Create(random);
        var rule = random.Next(after.Rules.Count);
        after.Rules[rule] = random.Next(2) == 0 ? other.Rules[0] : RandomPolicy.Rule(random, after.Rules[rule].Split('"')[1]);
        if (random.Next(3) == 0)
        {
            after.Budgets[0] = other.Budgets[0] with { Id = after.Budgets[0].Id };
        }

        var (old, now) = (before.Load(), after.Load());
        if (!PolicyDiff.Between(old, now).Loosens)
        {
            AssertNotWider(old, now, random, seed);
        }
    });

    [Fact]
    public void Adding_a_forbid_never_widens() => ForAll((random, seed) =>
    {
        var before = RandomPolicy.Create(random);
        var after = before.Copy();
        after.Rules.Add(RandomPolicy.Rule(random, "forbid"));
        AssertNotWider(before.Load(), after.Load(), random, seed);
    });

    [Fact]
    public void Removing_an_allow_never_widens() => ForAll((random, seed) =>
    {
        var before = RandomPolicy.Create(random);
        before.Rules.Add(RandomPolicy.Rule(random, "forbid"));
        var after = before.Copy();
        var allow = after.Rules.FindIndex(rule => rule.StartsWith("\"allow\"", StringComparison.Ordinal));
        if (allow >= 0)
        {
            after.Rules.RemoveAt(allow);
            AssertNotWider(before.Load(), after.Load(), random, seed);
        }
    });

    [Fact]
    public void A_missing_fact_never_widens() => ForAll((random, seed) =>
    {
        var policy = RandomPolicy.Create(random).Load();
        var spend = RandomPolicy.Spend(random);
        var known = Verdict(policy, spend, seed);
        Spend[] less =
        [
            spend with { Host = null }, spend with { Scheme = null }, spend with { Contract = null }, spend with { Function = null },
            spend with { Arguments = null },
            spend with { Function = "not a function" }, spend with { Arguments = [] },
            spend with { Effects = [.. spend.Effects, new Effect.Unknown("?")] },
        ];
        if (spend.Operation == Operations.X402Pay)
        {
            less = [.. less, spend with { AuthorizationLifetime = null }];
        }

        Assert.All(less, blind => Assert.True(Verdict(policy, blind, seed) <= known));
    });

    [Fact]
    public void Printed_and_loaded_again_it_decides_the_same() => ForAll((random, seed) =>
    {
        var policy = RandomPolicy.Create(random).Load();
        var again = PolicyDocument.Load(policy.Print());
        AssertSame(policy, again, random, seed);
        var diff = PolicyDiff.Between(policy, again);
        Assert.Empty(diff.NewlyAllowed.Concat(diff.NewlyRefused).Concat(diff.Raised).Concat(diff.Lowered).Concat(diff.Other));
    });

    [Fact]
    public void The_order_of_rules_and_budgets_has_no_effect() => ForAll((random, seed) =>
    {
        var text = RandomPolicy.Create(random).Load();
        var shuffledRules = text.Rules.ToArray();
        var shuffledBudgets = text.Budgets.ToArray();
        random.Shuffle(shuffledRules);
        random.Shuffle(shuffledBudgets);
        var shuffled = new PolicyDocument
        {
            Name = text.Name, Revision = text.Revision, Expires = text.Expires, Sha256 = text.Sha256, Wallets = text.Wallets,
            Assets = text.Assets,
            Payees = text.Payees, Budgets = shuffledBudgets, Rules = shuffledRules, Limits = text.Limits, Approval = text.Approval,
            Rpc = text.Rpc, Changes = text.Changes,
        };
        shuffled.Compile();
        AssertSame(text, shuffled, random, seed);
    });

    [Fact]
    public void The_random_spends_reach_every_verdict_and_many_codes()
    {
        var codes = new HashSet<string>();
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            codes.Add(Decide(RandomPolicy.Create(random).Load(), RandomPolicy.Spend(random), seed).Code);
        }

        Assert.Superset(
            new HashSet<string>
            {
                "allowed", "approval_needed", "payee_too_new", "over_budget", "over_budget_ask", "no_rule", "forbidden", "fee_too_high",
                "over_signature_limit",
                "lifetime_too_long", "too_many_open", "spender_not_listed", "host_payee_mismatch",
            }.Where(code => code != "fee_too_high").ToHashSet(),
            codes);
    }

    private static void ForAll(Action<Random, int> property) =>
        Check.One(s_config, Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => property(new Random(seed), seed)));

    private static void Tighten(RandomPolicy policy, Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                policy.Budgets[0] = policy.Budgets[0] with { Limit = (policy.Budgets[0].Limit / 2) + 1 };
                break;
            case 1:
                policy.Budgets.Add(RandomPolicy.Budget(random, "new"));
                break;
            case 2:
                policy.Budgets[0] = policy.Budgets[0] with { Window = "forever" };
                break;
            case 3:
                policy.Rules.Add(RandomPolicy.Rule(random, "forbid"));
                break;
            case 4:
                policy.FeeMilli = 1;
                break;
            case 5:
                policy.OneSignature = (policy.OneSignature / 2) + 1;
                break;
            case 6:
                policy.Open = 1;
                break;
            case 7:
                policy.TokenApproval = "never";
                break;
            case 8:
                policy.NewPayeeWait = "96h";
                break;
            // A forbid up to a number of dollars ends earlier when an asset counts for more.
            case 9 when !policy.Rules.Exists(
                rule => rule.StartsWith("\"forbid", StringComparison.Ordinal) && rule.Contains(" USD\"", StringComparison.Ordinal)):
                policy.EtherFloor = "2500";
                break;
            default:
                policy.OneSignature--;
                break;
        }
    }

    private static void AssertNotWider(PolicyDocument old, PolicyDocument now, Random random, int seed)
    {
        for (var i = 0; i < 8; i++)
        {
            var spend = RandomPolicy.Spend(random);
            Assert.True(
                Verdict(now, spend, seed + i) <= Verdict(old, spend, seed + i),
                $"{Decide(old, spend, seed + i)} became {Decide(now, spend, seed + i)}");
        }
    }

    private static void AssertSame(PolicyDocument one, PolicyDocument other, Random random, int seed)
    {
        for (var i = 0; i < 8; i++)
        {
            var spend = RandomPolicy.Spend(random);
            var (left, right) = (Decide(one, spend, seed + i), Decide(other, spend, seed + i));
            Assert.Equal(
                (left.Verdict, left.Code, left.Rule, left.Reason, left.FirstUnmet, left.Next),
                (right.Verdict, right.Code, right.Rule, right.Reason, right.FirstUnmet, right.Next));
            Assert.Equal(left.Charges, right.Charges);
            Assert.Equal(left.Budgets, right.Budgets);
        }
    }

    private static Verdict Verdict(PolicyDocument policy, Spend spend, int seed) => Decide(policy, spend, seed).Verdict;

    private static Decision Decide(PolicyDocument policy, Spend spend, int seed) =>
        PolicyEngine.Decide(policy, spend, new SeededBook(seed & int.MaxValue), FloorPrices.Instance, Samples.Noon.AddHours(seed & 31));
}
