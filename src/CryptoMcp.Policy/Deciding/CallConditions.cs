using System.Globalization;
using System.Numerics;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Deciding;

/// <summary>The contract that is called.</summary>
internal sealed class ContractCondition(ContractReference contract) : Condition
{
    public override Truth Test(Facts facts, Reach reach) =>
        facts.Spend.Contract is { } address ? Is(facts.Spend.Chain == contract.Chain && AddressText.Same(contract.Address, address))
            : Truth.Unknown;

    public override string Unmet(Facts facts) =>
        $"contract is {(facts.Spend.Contract is { } address ? $"{facts.Spend.Chain}/{address}" : "not known")}, and has to be {contract}";
}

/// <summary>The function that is called, by name and canonical types: that is what its selector is made of.</summary>
internal sealed class FunctionCondition(FunctionSignature function) : Condition
{
    private readonly string _canonical = function.Canonical;

    public override Truth Test(Facts facts, Reach reach) =>
        facts.Function is { } called ? Is(called.Canonical == _canonical) : Truth.Unknown;

    public override string Unmet(Facts facts) => $"function is {facts.Function?.Canonical ?? "not known"}, and has to be {_canonical}";
}

/// <summary>The arguments of the call, by position: parameter names in the caller's ABI prove nothing.</summary>
internal sealed class ArgumentsCondition : Condition
{
    private readonly (int Position, FunctionParameter Parameter, ArgumentTest Test)[] _tests;
    private readonly int _count;

    public ArgumentsCondition(FunctionSignature function, IReadOnlyDictionary<string, ArgumentTest> tests)
    {
        _count = function.Parameters.Count;
        _tests = [.. function.Parameters.Select((parameter, position) => (position, parameter))
            .Where(entry => tests.ContainsKey(entry.parameter.Name))
            .Select(entry => (entry.position, entry.parameter, tests[entry.parameter.Name]))];
    }

    public override Truth Test(Facts facts, Reach reach)
    {
        if (facts.Spend.Arguments is not { } arguments || arguments.Count != _count)
        {
            return Truth.Unknown;
        }

        foreach (var (position, parameter, test) in _tests)
        {
            if (!Meets(arguments[position], parameter, test, facts))
            {
                return Truth.False;
            }
        }

        return Truth.True;
    }

    public override string Unmet(Facts facts)
    {
        if (facts.Spend.Arguments is not { } arguments || arguments.Count != _count)
        {
            return "the arguments of the call are not known";
        }

        foreach (var (position, parameter, test) in _tests)
        {
            if (!Meets(arguments[position], parameter, test, facts))
            {
                return $"argument {parameter.Name} is {Loading.Shown.Quote(arguments[position])}, and has to be {ConditionText.Of(test)}";
            }
        }

        return "the arguments are met";
    }

    private static bool Meets(string argument, FunctionParameter parameter, ArgumentTest test, Facts facts) => test.Kind switch
    {
        ArgumentTestKind.Self => AddressText.Same(facts.Spend.Account.Address, argument),
        ArgumentTestKind.Payee =>
            facts.Policy.TryFindPayee(facts.Spend.Chain, test.Text, out _, out var address) && AddressText.Same(address, argument),
        ArgumentTestKind.EqualTo =>
            parameter.Type == "address" ? AddressText.Same(test.Text, argument)
                : string.Equals(test.Text, argument, StringComparison.Ordinal),
        _ => argument.Length is > 0 and <= 78 && !argument.AsSpan().ContainsAnyExceptInRange('0', '9')
            && test.Bound!.Holds(BigInteger.Parse(argument, NumberStyles.None, CultureInfo.InvariantCulture))
            && (test.Bound.Unit is not { } unit || facts.Policy.TryFindAsset(facts.Spend.Chain, unit.Symbol, out _)),
    };
}
