using System.Numerics;

namespace CryptoMcp.Reputation.Tests;

/// <summary>The judgement on data sets with known results: honest reviewers, and every way of faking them that is known.</summary>
public sealed class EvidenceGateTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_now = s_start.AddDays(100);

    private static readonly (double Value, decimal Paid)[] s_good = [(0.9, 5), (0.85, 12), (0.8, 1), (0.95, 30), (0.7, 0.25m)];
    private static readonly (double Value, decimal Paid)[] s_bad = [(0.3, 5), (0.2, 12), (0.4, 1)];

    [Fact]
    public void Good() => Expect(Paying(s_good), 0.84, 0.865612, 0.072142, 25.723135, 0, 0.820218, 0.606056);

    [Fact]
    public void Bad() => Expect(Paying(s_bad), 0.3, 0.272619, 0.112448, 15.785947, 0, 0.265214, 0.5);

    [Fact]
    public void Two_hundred_fresh_sybils_move_a_bad_agent_by_less_than_four_hundredths() =>
        Expect([.. Paying(s_bad), .. Sybils(200, ageDays: 0.5)], 0.9897, 0.311338, 0.106463, 15.785947, 1, 0.311155, 0.310788);

    [Fact]
    public void Two_hundred_aged_sybils_gain_nothing_by_their_age() =>
        Expect([.. Paying(s_bad), .. Sybils(200, ageDays: 500)], 0.9897, 0.311338, 0.106463, 15.785947, 1, 0.311155, 0.310788);

    [Fact]
    public void Two_hundred_dust_payers_weigh_as_much_as_their_dust() =>
        Expect(
            [.. Paying(s_bad), .. Sybils(200, ageDays: 500).Select(sybil => sybil with { NetPaidMicroUsd = 1_000, UnrelatedPayees = 1 })],
            0.9897, 0.275314, 0.112032, 15.852102, 0, 0.275301, 0.275274);

    [Fact]
    public void Five_round_trips_are_five_free_reviews() =>
        Expect([.. Paying(s_bad), .. Sybils(5, ageDays: 500)], 0.7375, 0.311338, 0.106463, 15.785947, 1, 0.303928, 0.288618);

    [Fact]
    public void Nothing_is_one_half_and_wholly_uncertain()
    {
        var judgement = EvidenceGate.Judge("starred", [], s_now);

        Assert.Equal((0.5, 1.0, true), (judgement.Expectation, judgement.Uncertainty, judgement.IsInsufficient));
        Assert.Null(judgement.NaiveMean);
    }

    [Fact]
    public void Free_reviews_alone_are_never_enough()
    {
        var judgement = EvidenceGate.Judge("starred", Sybils(10_000, ageDays: 1000), s_now);

        Assert.True(judgement.IsInsufficient);
        Assert.True(judgement.Uncertainty > 0.6);
    }

    [Fact]
    public void Ranks_hold_under_attack()
    {
        var good = EvidenceGate.Judge("starred", Paying(s_good), s_now).Expectation;
        var bad = EvidenceGate.Judge("starred", Paying(s_bad), s_now).Expectation;
        var attacked = EvidenceGate.Judge("starred", [.. Paying(s_bad), .. Sybils(5000, ageDays: 500)], s_now).Expectation;

        Assert.True(bad < attacked && attacked < 0.4 && attacked < good);
    }

    private static void Expect(
        IReadOnlyList<Witness> witnesses, double naive, double expectation, double uncertainty, double paid, double free, double top1, double top3)
    {
        var judgement = EvidenceGate.Judge("starred", witnesses, s_now);

        Assert.Equal(naive, judgement.NaiveMean!.Value, 4);
        Assert.Equal(expectation, judgement.Expectation, 6);
        Assert.Equal(uncertainty, judgement.Uncertainty, 6);
        Assert.Equal(paid, judgement.PaidEvidence, 6);
        Assert.Equal(free, judgement.FreeEvidence, 6);
        Assert.Equal(top1, judgement.WithoutTop1, 6);
        Assert.Equal(top3, judgement.WithoutTop3, 6);
    }

    private static List<Witness> Paying((double Value, decimal Paid)[] entries) =>
    [
        .. entries.Select((entry, i) => new Witness
        {
            Client = RegistryChain.Account(i),
            Entries = [(entry.Value, s_start.AddDays(100 - (i + 1)))],
            NetPaidMicroUsd = (BigInteger)(entry.Paid * 1_000_000),
            WalletAgeDays = 400,
            UnrelatedPayees = 5,
        }),
    ];

    private static List<Witness> Sybils(int count, double ageDays) =>
    [
        .. Enumerable.Range(1000, count).Select(i => new Witness
        {
            Client = RegistryChain.Account(i),
            Entries = [(1, s_start.AddDays(99))],
            WalletAgeDays = ageDays,
        }),
    ];
}
