namespace CryptoMcp.Policy.Deciding;

internal sealed record Charging(IReadOnlyList<Charge> Charges)
{
    public static Charging Of(PolicyDocument policy, Spend spend, IPriceView prices) => throw new NotImplementedException($"{policy} {spend} {prices}");

    public static IReadOnlyList<Charge> OfDenial(PolicyDocument policy, string client) => throw new NotImplementedException($"{policy} {client}");
}
