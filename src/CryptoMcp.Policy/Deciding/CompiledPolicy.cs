using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Money;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Deciding;

/// <summary>A policy with the indexes that decisions need. Built once; lists are sorted by id, so that the order in the file has no
/// effect.</summary>
internal sealed class CompiledPolicy
{
    private static readonly CompiledRule[] s_none = [];

    private readonly FrozenDictionary<AssetId, Asset> _assets;
    private readonly FrozenDictionary<string, string> _wallets;
    private readonly FrozenDictionary<(ChainId Chain, string Key), string[]> _payees;
    private readonly FrozenSet<(ChainId Chain, string Key)> _contracts;
    private readonly FrozenDictionary<(ChainId Chain, string Ends), KnownAddress[]> _known;
    private readonly CompiledRule[][] _rules;
    private readonly Payee[] _hosted;

    public CompiledPolicy(PolicyDocument document)
    {
        Document = document;
        var assets = document.Assets.Values.SelectMany(asset => asset.On.Values).ToList();
        _assets = assets.ToFrozenDictionary(asset => asset.Id);
        _contracts = assets.Where(asset => !asset.Id.IsNative).Select(
            asset => (asset.Chain, AddressText.Key(asset.Id.Reference))).ToFrozenSet();
        _wallets = document.Wallets.ToFrozenDictionary(
            wallet => AddressText.Key(wallet.Value), wallet => wallet.Key, StringComparer.Ordinal);
        var payees = document.Payees.Values.SelectMany(
            payee => payee.On.Select(place => (payee.Name, Chain: place.Key, Address: place.Value))).ToList();
        _payees = payees.GroupBy(payee => (payee.Chain, AddressText.Key(payee.Address)))
            .ToFrozenDictionary(group => group.Key, group => group.Select(payee => payee.Name).Order(StringComparer.Ordinal).ToArray());
        _known = payees.Select(payee => (payee.Chain, Known: new KnownAddress("payee:" + payee.Name, payee.Address)))
            .Concat(assets.Select(asset => asset.Chain).Distinct().SelectMany(chain => WalletsOn(document, chain)))
            .GroupBy(known => (known.Chain, Ends(known.Known.Address)))
            .ToFrozenDictionary(
                group => group.Key, group =>
                    group.Select(known => known.Known).OrderBy(known => known.Name, StringComparer.Ordinal).ToArray());
        _hosted = [.. document.Payees.Values.Where(payee => payee.Host is not null).OrderBy(payee => payee.Name, StringComparer.Ordinal)];
        Budgets = [.. document.Budgets.OrderBy(budget => budget.Id, StringComparer.Ordinal)];
        _rules = Index(document);
        HasUsdBudget = Budgets.Any(budget => budget.Unit.Kind == BudgetUnitKind.Usd);
    }

    public PolicyDocument Document { get; }

    /// <summary>By id.</summary>
    public Budget[] Budgets { get; }

    public bool HasUsdBudget { get; }

    public bool TryFindAsset(AssetId id, [NotNullWhen(true)] out Asset? asset) => _assets.TryGetValue(id, out asset);

    public string? WalletOf(AccountId account) => _wallets.GetValueOrDefault(AddressText.Key(account.Address));

    /// <summary>Names of the payees with this address; empty if there is none.</summary>
    public string[] PayeesAt(ChainId chain, string address) =>
        _payees.TryGetValue((chain, AddressText.Key(address)), out var names) ? names : [];

    public bool IsTokenContract(ChainId chain, string address) => _contracts.Contains((chain, AddressText.Key(address)));

    /// <summary>A known address that begins and ends like this one and is another.</summary>
    public KnownAddress? LookAlike(ChainId chain, string address)
    {
        if (_known.TryGetValue((chain, Ends(address)), out var known))
        {
            foreach (var candidate in known)
            {
                if (AddressText.LooksLike(candidate.Address, address))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    /// <summary>Payees that this host is bound to.</summary>
    public List<Payee> PayeesOfHost(string host)
    {
        var found = new List<Payee>();
        foreach (var payee in _hosted)
        {
            if (HostText.Matches(payee.Host!, host))
            {
                found.Add(payee);
            }
        }

        return found;
    }

    public CompiledRule[] Rules(RuleKind kind, int operation) => _rules[((int)kind * Operations.All.Count) + operation];

    private static IEnumerable<(ChainId Chain, KnownAddress Known)> WalletsOn(PolicyDocument document, ChainId chain) =>
        document.Wallets.Where(wallet => chain.IsEvm == wallet.Value.StartsWith("0x", StringComparison.Ordinal))
            .Select(wallet => (chain, new KnownAddress("wallet " + wallet.Key, wallet.Value)));

    private static string Ends(string address)
    {
        var key = address.StartsWith("0x", StringComparison.Ordinal) ? address[2..] : address;
        return key.Length < 8 ? key : string.Concat(key.AsSpan(0, 4), key.AsSpan(key.Length - 4)).ToUpperInvariant();
    }

    private CompiledRule[][] Index(PolicyDocument document)
    {
        var count = Operations.All.Count;
        var index = new CompiledRule[3 * count][];
        Array.Fill(index, s_none);
        foreach (var rule in document.Rules.OrderBy(rule => rule.Id, StringComparer.Ordinal))
        {
            var compiled = new CompiledRule(rule, this);
            for (var operation = 0; operation < count; operation++)
            {
                // '*' leaves out cancel: a rule that was meant to stop spending must not lock up money in a stuck transaction.
                if (rule.Operation == Operations.All[operation]
                    || (rule.Operation == Operations.Any && Operations.All[operation] != Operations.Cancel))
                {
                    ref var list = ref index[((int)rule.Kind * count) + operation];
                    list = [.. list, compiled];
                }
            }
        }

        return index;
    }
}

/// <summary>An address with the name that the policy has for it.</summary>
internal sealed record KnownAddress(string Name, string Address);
