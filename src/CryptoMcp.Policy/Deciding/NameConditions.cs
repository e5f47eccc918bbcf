using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Deciding;

/// <summary>A fact that is one word: wallet, client, chain, scheme, program, primary type.</summary>
internal sealed class NameCondition(string member, NameSet names, Func<Facts, string?> fact) : Condition
{
    private readonly HashSet<string> _included = new(names.Included, StringComparer.Ordinal);
    private readonly HashSet<string> _excluded = new(names.Excluded, StringComparer.Ordinal);

    public override Truth Test(Facts facts, Reach reach) =>
        fact(facts) is { } name ? Is((_included.Count == 0 || _included.Contains(name)) && !_excluded.Contains(name)) : Truth.Unknown;

    public override string Unmet(Facts facts) => Words.Unmet(member, fact(facts), names);
}

/// <summary>The host that is paid.</summary>
internal sealed class HostCondition(NameSet hosts) : Condition
{
    public override Truth Test(Facts facts, Reach reach) =>
        facts.Host is { } host ? Is((hosts.Included.Count == 0 || AnyMatches(hosts.Included, host)) && !AnyMatches(hosts.Excluded, host))
            : Truth.Unknown;

    public override string Unmet(Facts facts) => Words.Unmet("host", facts.Host, hosts);

    private static bool AnyMatches(IReadOnlyList<string> patterns, string host)
    {
        foreach (var pattern in patterns)
        {
            if (HostText.Matches(pattern, host))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The assets that leave.</summary>
internal sealed class AssetCondition(NameSet assets) : Condition
{
    private readonly HashSet<string> _included = new(assets.Included, StringComparer.Ordinal);
    private readonly HashSet<string> _excluded = new(assets.Excluded, StringComparer.Ordinal);

    public override Truth Test(Facts facts, Reach reach)
    {
        foreach (var taken in facts.Taken)
        {
            var symbol = taken.Amount.Asset.Symbol;
            var met = (_included.Count == 0 || _included.Contains(symbol)) && !_excluded.Contains(symbol);
            if (met == (reach == Reach.AnyPart))
            {
                return Is(met);
            }
        }

        return Parts.Rest(facts, reach);
    }

    public override string Unmet(Facts facts) =>
        Words.Unmet(
            "asset", facts.Taken.Count == 0 ? null
                : string.Join(", ", facts.Taken.Select(taken => taken.Amount.Asset.Symbol).Distinct()), assets);
}

/// <summary>Who receives, or may take later.</summary>
internal sealed class RecipientCondition : Condition
{
    private readonly NameSet _names;
    private readonly Entry[] _included;
    private readonly Entry[] _excluded;

    public RecipientCondition(NameSet names, PolicyDocument policy)
    {
        _names = names;
        _included = [.. names.Included.Select(name => new Entry(name, policy))];
        _excluded = [.. names.Excluded.Select(name => new Entry(name, policy))];
    }

    public override Truth Test(Facts facts, Reach reach)
    {
        foreach (var taken in facts.Taken)
        {
            var met = (_included.Length == 0 || AnyMatches(_included, taken.Recipient, facts))
                && !AnyMatches(_excluded, taken.Recipient, facts);
            if (met == (reach == Reach.AnyPart))
            {
                return Is(met);
            }
        }

        return Parts.Rest(facts, reach);
    }

    public override string Unmet(Facts facts) =>
        Words.Unmet(
            "to", facts.Taken.Count == 0 ? null : string.Join(", ", facts.Taken.Select(taken => taken.Recipient).Distinct()), _names);

    private static bool AnyMatches(Entry[] entries, string recipient, Facts facts)
    {
        foreach (var entry in entries)
        {
            if (entry.Matches(recipient, facts))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Entry(string name, PolicyDocument policy)
    {
        private readonly Payee? _payee = name.StartsWith("payee:", StringComparison.Ordinal)
            ? policy.Payees.GetValueOrDefault(name["payee:".Length..]) : null;

        public bool Matches(string recipient, Facts facts) => name switch
        {
            "self" => AddressText.Same(recipient, facts.Spend.Account.Address),
            "payee:*" => facts.Compiled.PayeesAt(facts.Spend.Chain, recipient).Length > 0,
            _ when _payee is { } payee => payee.On.TryGetValue(facts.Spend.Chain, out var address) && AddressText.Same(address, recipient),
            _ => AddressText.Same(name, recipient),
        };
    }
}

/// <summary>The time of day.</summary>
internal sealed class TimeCondition(TimeOfDay time) : Condition
{
    public override Truth Test(Facts facts, Reach reach) => Is(time.Holds(facts.Now));

    public override string Unmet(Facts facts) =>
        $"time is {TimeZoneInfo.ConvertTime(facts.Now, time.Zone).ToString("HH':'mm", System.Globalization.CultureInfo.InvariantCulture)} in {time.Zone.Id}, and has to be {time}";
}

/// <summary>Conditions on every part of a spend.</summary>
internal static class Parts
{
    /// <summary>
    /// The outcome when no part decided. Without any part, a rule that opens something does not get to say that all of
    /// them met it, and a rule that closes something has nothing to close.
    /// </summary>
    public static Truth Rest(Facts facts, Reach reach) =>
        reach == Reach.AnyPart ? Truth.False : facts.Taken.Count == 0 ? Truth.Unknown : Truth.True;
}

/// <summary>Words for conditions that are not met.</summary>
internal static class Words
{
    public static string Unmet(string member, string? actual, NameSet names) =>
        actual is null
            ? $"{member} is not known, and has to be {Listed(names)}"
            : $"{member} is {Loading.Shown.Quote(actual)}, and has to be {Listed(names)}";

    private static string Listed(NameSet names) => string.Join(" or ", names.Entries);
}
