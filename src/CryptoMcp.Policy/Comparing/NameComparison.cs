using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Comparing;

/// <summary>Wallets, assets and payees.</summary>
internal static class NameComparison
{
    public static void Compare(PolicyDocument before, PolicyDocument after, Changes changes)
    {
        Each(before.Wallets, after.Wallets, (name, address) => changes.NewlyAllowed.Add($"Spending from the wallet {name} ({address})."),
            (name, address) => changes.NewlyRefused.Add($"Spending from the wallet {name} ({address})."),
            (name, old, now) => ChangeWhole(changes, "wallet", name, old, now, AddressText.Same(old, now)));
        Each(before.Assets, after.Assets, (symbol, _) => changes.NewlyAllowed.Add($"Spending {symbol}."), (symbol, _) =>
            changes.NewlyRefused.Add($"Spending {symbol}."),
            (symbol, old, now) => CompareAsset(symbol, old, now, HangsOnValue(after), changes));
        // Rules with 'payee:*' may forbid by it, and then a payee that is gone is one that is forbidden no longer.
        // And where anyone may be paid, being a payee only adds waits and checks, which end with it.
        var opensToAnyone = after.Rules.Any(rule => rule.Kind != RuleKind.Forbid && rule.If?.To is null or { Included.Count: 0 });
        var closesByPayee = opensToAnyone || after.Rules.Concat(before.Rules).Any(rule => rule.If?.To is { } to
            && (to.Excluded.Contains("payee:*") || (rule.Kind != RuleKind.Allow && to.Included.Contains("payee:*"))));
        Each(before.Payees, after.Payees, (name, payee) => changes.NewlyAllowed.Add($"Paying the payee {name} ({Addresses(payee)})."),
            (name, payee) => RemovePayee(name, payee, closesByPayee, changes),
            (name, old, now) => ComparePayee(name, old, now, changes));
    }

    private static void Each<T>(
        IReadOnlyDictionary<string, T> before, IReadOnlyDictionary<string, T> after, Action<string, T> added, Action<string, T> removed,
        Action<string, T, T> both)
    {
        foreach (var name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            switch (before.TryGetValue(name, out var old), after.TryGetValue(name, out var now))
            {
                case (true, true):
                    both(name, old!, now!);
                    break;
                case (true, false):
                    removed(name, old!);
                    break;
                default:
                    added(name, now!);
                    break;
            }
        }
    }

    private static void ChangeWhole(Changes changes, string what, string name, string old, string now, bool same)
    {
        if (!same)
        {
            changes.NewlyAllowed.Add($"The {what} {name} is {now} now.");
            changes.NewlyRefused.Add($"The {what} {name} was {old}.");
        }
    }

    private static void CompareAsset(string symbol, PolicyAsset old, PolicyAsset now, bool hangsOnValue, Changes changes)
    {
        foreach (var chain in old.On.Keys.Union(now.On.Keys).OrderBy(chain => chain.ToString(), StringComparer.Ordinal))
        {
            var had = old.On.TryGetValue(chain, out var oldAsset);
            var has = now.On.TryGetValue(chain, out var asset);
            if (has && (
                !had || oldAsset!.Id != asset!.Id || oldAsset.Decimals != asset.Decimals || old.DomainOn(chain) != now.DomainOn(chain)))
            {
                changes.NewlyAllowed.Add($"Spending {symbol} on {chain} as {asset!.Id} with {asset.Decimals} decimals.");
            }
            else if (had && !has)
            {
                changes.NewlyRefused.Add($"Spending {symbol} on {chain}.");
            }
        }

        changes.Protection($"Least value of one {symbol}", old.UsdAtLeast, now.UsdAtLeast, floor => floor.ToString());
        if (hangsOnValue && old.UsdAtLeast is { } was && now.UsdAtLeast > was)
        {
            changes.NewlyAllowed.Add(
                $"What a rule opens from a number of dollars on, or forbids up to one, since {symbol} counts for more.");
        }

        if (old.UsdAtLeast is null && now.UsdAtLeast is not null)
        {
            changes.NewlyAllowed.Add($"Spending {symbol} under budgets in dollars.");
        }
        else if (old.UsdAtLeast is not null && now.UsdAtLeast is null)
        {
            changes.NewlyRefused.Add($"Spending {symbol} under budgets in dollars.");
        }
    }

    /// <summary>True if a higher value of an asset could open something.</summary>
    private static bool HangsOnValue(PolicyDocument policy) => policy.Rules.Any(rule =>
        IsInDollars(rule.If?.Amount, rule.Kind) || IsInDollars(rule.If?.Loses, rule.Kind)
            || rule.If?.Gains?.Unit?.Kind == BudgetUnitKind.Usd);

    private static bool IsInDollars(Bound? bound, RuleKind kind) =>
        bound?.Unit?.Kind == BudgetUnitKind.Usd
            && (kind == RuleKind.Allow ? bound.Least is not null : kind == RuleKind.Forbid && bound.Most is not null);

    private static void RemovePayee(string name, Payee payee, bool closesByPayee, Changes changes)
    {
        changes.NewlyRefused.Add($"Paying the payee {name} by its name ({Addresses(payee)}).");
        if (payee.Host is { } host)
        {
            changes.NewlyAllowed.Add($"{host} may be paid at other addresses than those of {name}.");
        }

        if (closesByPayee)
        {
            changes.NewlyAllowed.Add($"{name} is a payee no longer, so rules, waits and checks that single out payees do not reach it.");
        }
    }

    private static void ComparePayee(string name, Payee old, Payee now, Changes changes)
    {
        var same = old.On.Count == now.On.Count
            && old.On.All(place => now.On.TryGetValue(place.Key, out var address) && AddressText.Same(address, place.Value));
        ChangeWhole(changes, "payee", name, Addresses(old), Addresses(now), same);
        if (old.Host != now.Host)
        {
            (old.Host is null ? changes.NewlyRefused : changes.NewlyAllowed).Add(
                $"The payee {name} is bound to {now.Host ?? "no host"} instead of {old.Host ?? "none"}.");
        }

        if (old.Label != now.Label)
        {
            changes.Other.Add($"The label of {name} is {now.Label ?? "gone"}.");
        }
    }

    private static string Addresses(Payee payee) =>
        string.Join(
            ", ", payee.On.OrderBy(place => place.Key.ToString(), StringComparer.Ordinal).Select(place => $"{place.Value} on {place.Key}"));
}
