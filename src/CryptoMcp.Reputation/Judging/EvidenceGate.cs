using System.Numerics;

namespace CryptoMcp.Reputation;

/// <summary>
/// The default policy of judging. No rule that treats all reviewers alike can withstand invented ones (Cheng and Friedman,
/// 2005), so weight comes from what is scarce: money that stayed with the agent, linear, so that splitting it over wallets
/// gains nothing; and all clients that paid nothing share the weight of a single dollar.
/// </summary>
public static class EvidenceGate
{
    /// <summary>Evidence in the prior, at one half.</summary>
    private const double Prior = 2;

    private const double BaseRate = 0.5;
    private const double HalfLifeDays = 90;
    private const double FullAgeDays = 90;
    private const double MostUsd = 10;
    private const double FullPayees = 3;
    private const double FreePool = 1;
    private const double MostUncertainty = 0.4;
    private const int LeastPaying = 3;
    private const double MicroUsd = 1_000_000;

    /// <summary>Judges one tag.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="witnesses">Clients that are not dependent on the agent.</param>
    /// <param name="now">Now, by the chain.</param>
    public static Judgement Judge(string tag, IReadOnlyList<Witness> witnesses, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(witnesses);
        var (sum, entries, squares, most) = (0.0, 0, 0.0, 0);
        foreach (var witness in witnesses)
        {
            foreach (var (value, _) in witness.Entries)
            {
                sum += value;
            }

            entries += witness.Entries.Count;
            squares += (double)witness.Entries.Count * witness.Entries.Count;
            most = Math.Max(most, witness.Entries.Count);
        }

        var weighed = Weigh(witnesses, now);
        var (r, s, paid, free) = (0.0, 0.0, 0.0, 0.0);
        var (paying, paidMicroUsd) = (0, BigInteger.Zero);
        foreach (var (mean, evidence, isPaid, witness) in weighed)
        {
            r += mean * evidence;
            s += (1 - mean) * evidence;
            (paid, free) = isPaid ? (paid + evidence, free) : (paid, free + evidence);
            paying += isPaid ? 1 : 0;
            paidMicroUsd += isPaid ? witness.NetPaidMicroUsd : 0;
        }

        var uncertainty = Prior / (r + s + Prior);
        return new()
        {
            Tag = tag,
            Expectation = Expectation(r, s),
            Uncertainty = uncertainty,
            IsInsufficient = uncertainty > MostUncertainty || paying < LeastPaying,
            NaiveMean = entries == 0 ? null : sum / entries,
            WithoutTop1 = Without(weighed, r, s, 1),
            WithoutTop3 = Without(weighed, r, s, 3),
            PaidEvidence = paid,
            FreeEvidence = free,
            PayingWitnesses = paying,
            FreeWitnesses = weighed.Count - paying,
            PaidMicroUsd = paidMicroUsd,
            TopShare = entries == 0 ? 0 : (double)most / entries,
            Concentration = entries == 0 ? 0 : squares / ((double)entries * entries),
        };
    }

    private static List<(double Mean, double Evidence, bool IsPaid, Witness Witness)> Weigh(IReadOnlyList<Witness> witnesses, DateTimeOffset now)
    {
        var weighed = new List<(double Mean, double Evidence, bool IsPaid, Witness Witness)>(witnesses.Count);
        var pool = 0.0;
        foreach (var witness in witnesses)
        {
            if (witness.Entries.Count == 0)
            {
                continue;
            }

            var (weights, weightedSum, newest) = (0.0, 0.0, 0.0);
            foreach (var (value, time) in witness.Entries)
            {
                var weight = Math.Pow(0.5, Math.Max(0, (now - time).TotalDays) / HalfLifeDays);
                weights += weight;
                weightedSum += weight * value;
                newest = Math.Max(newest, weight);
            }

            var quality = newest * Math.Clamp(witness.WalletAgeDays / FullAgeDays, 0, 1);
            var isPaid = witness.NetPaidMicroUsd.Sign > 0;
            var evidence = isPaid
                ? Math.Min((double)witness.NetPaidMicroUsd / MicroUsd, MostUsd) * quality * Math.Min(1, witness.UnrelatedPayees / FullPayees)
                : quality;
            pool += isPaid ? 0 : quality;
            weighed.Add((weightedSum / weights, evidence, isPaid, witness));
        }

        var scale = pool > FreePool ? FreePool / pool : 1;
        for (var i = 0; i < weighed.Count; i++)
        {
            weighed[i] = weighed[i].IsPaid ? weighed[i] : weighed[i] with { Evidence = weighed[i].Evidence * scale };
        }

        return weighed;
    }

    private static double Without(List<(double Mean, double Evidence, bool IsPaid, Witness Witness)> weighed, double r, double s, int top)
    {
        foreach (var (mean, evidence, _, _) in weighed.OrderByDescending(entry => ((2 * entry.Mean) - 1) * entry.Evidence).Take(top))
        {
            r -= mean * evidence;
            s -= (1 - mean) * evidence;
        }

        return Expectation(r, s);
    }

    private static double Expectation(double r, double s) => (r + (Prior * BaseRate)) / (r + s + Prior);
}
