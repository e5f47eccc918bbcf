using CryptoMcp.Policy.Deciding;

namespace CryptoMcp.Policy;

/// <summary>
/// The decision: never list, then <c>forbid</c>, then hard limits, then <c>ask</c>, then <c>allow</c>, then deny; and every
/// budget needs room, all together. A pure function: the same input gives the same output.
/// </summary>
public static class PolicyEngine
{
    /// <summary>
    /// Decides about a spend. For <see cref="Verdict.Ask"/>, decide again when the owner has approved: anything but
    /// <see cref="Verdict.Deny"/> may then go ahead.
    /// </summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="spend">Decoded facts.</param>
    /// <param name="ledger">Counters at this moment; reserve under the same lock.</param>
    /// <param name="prices">Feeds; the policy's floors hold in any case.</param>
    /// <param name="now">The guard's clock, which never runs backwards.</param>
    public static Decision Decide(PolicyDocument policy, Spend spend, ISpendingView ledger, IPriceView prices, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(spend);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(prices);
        return new DecisionRun(policy, spend, ledger, prices, now).Decide();
    }

    /// <summary>
    /// What a spend takes from every counter of a policy, whatever the policy says about it: past payments are charged
    /// again this way when budgets change. Parts without a dollar value are left out of USD budgets.
    /// </summary>
    public static IReadOnlyList<Charge> ChargesOf(PolicyDocument policy, Spend spend, IPriceView prices)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(spend);
        ArgumentNullException.ThrowIfNull(prices);
        return Charging.Of(policy, spend, prices).Charges;
    }

    /// <summary>What a refusal takes from the denial counters; also for requests that never became a spend.</summary>
    public static IReadOnlyList<Charge> ChargesOfDenial(PolicyDocument policy, string client)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(client);
        return Charging.OfDenial(policy, client);
    }

    /// <summary>
    /// A refusal for a reason outside the policy (an amount that does not read, a chain that does not answer), so that it
    /// counts towards the tripwire as any other.
    /// </summary>
    /// <param name="policy">The policy in force.</param>
    /// <param name="client">Who asked.</param>
    /// <param name="code">Stable snake_case code.</param>
    /// <param name="reason">One sentence.</param>
    /// <param name="next">What to do next.</param>
    /// <param name="ledger">Counters at this moment.</param>
    public static Decision Refuse(PolicyDocument policy, string client, string code, string reason, string next, ISpendingView ledger)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(ledger);
        var charges = ChargesOfDenial(policy, client);
        return new()
        {
            Verdict = Verdict.Deny,
            Code = code,
            Rule = "built-in.request",
            Reason = reason,
            Next = next,
            Charges = charges,
            Freeze = Denials.Freeze(policy, charges, ledger),
        };
    }
}
