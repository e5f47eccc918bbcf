namespace CryptoMcp.Policy;

/// <summary>Conditions in the words of the policy file.</summary>
internal static class ConditionText
{
    /// <summary>The conditions that are present, but for the tests on arguments, in a fixed order.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<string> Entries, bool IsList)> Of(Conditions conditions)
    {
        (string Name, object? Value)[] all =
        [
            ("wallet", conditions.Wallet), ("client", conditions.Client), ("chain", conditions.Chain), ("asset", conditions.Asset),
            ("amount", conditions.Amount), ("to", conditions.To), ("host", conditions.Host), ("scheme", conditions.Scheme),
            ("contract", conditions.Contract), ("program", conditions.Program), ("function", conditions.Function),
            ("loses", conditions.Loses), ("gains", conditions.Gains), ("primaryType", conditions.PrimaryType), ("time", conditions.Time),
        ];
        foreach (var (name, value) in all)
        {
            if (value is NameSet names)
            {
                yield return (name, [.. names.Entries], true);
            }
            else if (value?.ToString() is { } text)
            {
                yield return (name, [text], false);
            }
        }
    }

    public static string Of(ArgumentTest test) => test.Kind switch
    {
        ArgumentTestKind.Self => "self",
        ArgumentTestKind.Payee => "payee:" + test.Text,
        ArgumentTestKind.EqualTo => "= " + test.Text,
        _ => test.Bound!.ToString(),
    };
}
