namespace CryptoMcp.Policy.Deciding;

/// <summary>One condition of a rule.</summary>
internal abstract class Condition
{
    /// <summary>Tests the condition. Never throws on facts that are missing or malformed: those are unknown.</summary>
    public abstract Truth Test(Facts facts, Reach reach);

    /// <summary>What is and what would have to be, in the words of the policy file.</summary>
    public abstract string Unmet(Facts facts);

    protected static Truth Is(bool met) => met ? Truth.True : Truth.False;
}

/// <summary>Puts the conditions of a rule into the order in which they are tested.</summary>
internal static class ConditionBuilder
{
    public static Condition[] Build(Conditions conditions, CompiledPolicy policy)
    {
        var list = new List<Condition>();
        AddIf(conditions.Chain, names => new NameCondition("chain", names, facts => facts.Spend.Chain.ToString()));
        AddIf(conditions.Wallet, names => new NameCondition("wallet", names, facts => facts.Wallet));
        AddIf(conditions.Client, names => new NameCondition("client", names, facts => facts.Spend.Client));
        AddIf(conditions.Scheme, names => new NameCondition("scheme", names, facts => facts.Spend.Scheme));
        AddIf(conditions.PrimaryType, type => new NameCondition("primaryType", new([type], []), facts => facts.Spend.PrimaryType));
        AddIf(conditions.Contract, contract => new ContractCondition(contract));
        AddIf(conditions.Program, program => new NameCondition("program", new([program], []), facts => facts.Spend.Contract));
        AddIf(conditions.Host, hosts => new HostCondition(hosts));
        AddIf(conditions.Asset, assets => new AssetCondition(assets));
        AddIf(conditions.To, recipients => new RecipientCondition(recipients, policy.Document));
        AddIf(conditions.Amount, bound => new ValueCondition("amount", bound));
        AddIf(conditions.Loses, bound => new ValueCondition("loses", bound));
        AddIf(conditions.Gains, bound => new GainCondition(bound));
        AddIf(conditions.Function, function => new FunctionCondition(function));
        AddIf(conditions.Arguments, tests => new ArgumentsCondition(conditions.Function!, tests));
        AddIf(conditions.Time, time => new TimeCondition(time));
        return [.. list];

        void AddIf<T>(T? condition, Func<T, Condition> create)
            where T : class
        {
            if (condition is not null)
            {
                list.Add(create(condition));
            }
        }
    }
}
