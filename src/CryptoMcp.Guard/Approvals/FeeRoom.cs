using System.Numerics;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Approvals;

/// <summary>
/// Fees move while the owner reads. So the question names up to twice the worst case of the moment, within the policy's
/// cap, and budgets are judged by that; what is signed later has the fee of its own moment, and never more than this.
/// </summary>
internal static class FeeRoom
{
    public static Plan Widen(Plan plan, PolicyDocument policy)
    {
        if (plan.FeeAtMost is not { } fee || !policy.Limits.Fee.TryGetValue(plan.Account.Chain, out var cap) || cap.Asset != fee.Asset
            || plan.Effects.Count(effect => effect is Effect.Fee) != 1)
        {
            return plan;
        }

        var most = new Amount(BigInteger.Max(fee.Units, BigInteger.Min(cap.Units, fee.Units * 2)), fee.Asset);
        return plan with
        {
            FeeAtMost = most,
            Effects = [.. plan.Effects.Select(effect => effect is Effect.Fee ? new Effect.Fee(most) : effect)],
        };
    }
}
