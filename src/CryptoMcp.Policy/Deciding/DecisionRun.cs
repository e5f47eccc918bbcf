namespace CryptoMcp.Policy.Deciding;

internal sealed class DecisionRun(PolicyDocument policy, Spend spend, ISpendingView ledger, IPriceView prices, DateTimeOffset now)
{
    public Decision Decide() => throw new NotImplementedException($"{policy} {spend} {ledger} {prices} {now}");
}
