using System.Numerics;
using CryptoMcp.Money;
using CryptoMcp.Policy.Loading;

namespace CryptoMcp.Policy.Deciding;

/// <summary>Value that leaves or may be taken, and who gets it.</summary>
internal readonly record struct Taken(Amount Amount, string Recipient, bool IsAllowance);

/// <summary>A spend, sorted and valued once for all rules and budgets.</summary>
internal sealed class Facts
{
    private readonly List<(AssetId Id, Usd? Price)> _prices = [];
    private readonly IPriceView _feed;
    private FunctionSignature? _function;
    private bool _functionRead;

    public Facts(PolicyDocument policy, Spend spend, IPriceView feed, DateTimeOffset now)
    {
        Policy = policy;
        Compiled = policy.Compiled;
        Spend = spend;
        Now = now;
        _feed = feed;
        Operation = Operations.IndexOf(spend.Operation);
        Wallet = Compiled.WalletOf(spend.Account);
        Host = HostText.Normalize(spend.Host);
        foreach (var effect in spend.Effects)
        {
            switch (effect)
            {
                case Effect.Outflow outflow:
                    Taken.Add(new(outflow.Amount, outflow.Recipient, IsAllowance: false));
                    break;
                case Effect.Allowance allowance:
                    Taken.Add(new(allowance.Amount, allowance.Spender, IsAllowance: true));
                    break;
                case Effect.Fee fee:
                    Fees.Add(fee.Amount);
                    break;
                case Effect.Inflow inflow:
                    Inflows.Add(inflow.Amount);
                    break;
            }
        }
    }

    public PolicyDocument Policy { get; }

    public CompiledPolicy Compiled { get; }

    public Spend Spend { get; }

    public DateTimeOffset Now { get; }

    /// <summary>Index of the operation; negative if there is no such operation.</summary>
    public int Operation { get; }

    public string? Wallet { get; }

    /// <summary>Host in its one form; null if missing or malformed.</summary>
    public string? Host { get; }

    public List<Taken> Taken { get; } = [];

    public List<Amount> Fees { get; } = [];

    public List<Amount> Inflows { get; } = [];

    public bool IsCancel => Spend.Operation == Operations.Cancel;

    /// <summary>The called function; null if missing or malformed.</summary>
    public FunctionSignature? Function
    {
        get
        {
            if (!_functionRead)
            {
                _functionRead = true;
                if (Spend.Function is { } text && FunctionText.TryParse(text, out var function, out _))
                {
                    _function = function;
                }
            }

            return _function;
        }
    }

    /// <summary>Dollars of an amount, rounded up; null if the policy gives the asset no floor.</summary>
    public Usd? Value(Amount amount) => Price(amount.Asset) is { } price ? Usd.Of(amount, price) : null;

    /// <summary>Dollars of everything taken; null if a part has no value.</summary>
    public Usd? TakenValue()
    {
        var sum = Usd.Zero;
        foreach (var taken in Taken)
        {
            if (Value(taken.Amount) is not { } value)
            {
                return null;
            }

            sum += value;
        }

        return sum;
    }

    /// <summary>Dollars of all fees; null if a part has no value.</summary>
    public Usd? FeeValue()
    {
        var sum = Usd.Zero;
        foreach (var fee in Fees)
        {
            if (Value(fee) is not { } value)
            {
                return null;
            }

            sum += value;
        }

        return sum;
    }

    /// <summary>Dollars of what arrives, at the policy's floor and rounded down: a feed must not make a bad deal look good.</summary>
    public Usd InflowValue()
    {
        var sum = BigInteger.Zero;
        foreach (var inflow in Inflows)
        {
            if (Policy.Assets.TryGetValue(inflow.Asset.Symbol, out var asset) && asset.UsdAtLeast is { } floor)
            {
                sum += inflow.Units * floor.Units / BigInteger.Pow(10, inflow.Asset.Decimals);
            }
        }

        return new(sum);
    }

    /// <summary>The larger of feed and floor; null without a floor, whatever the feed says.</summary>
    private Usd? Price(Asset asset)
    {
        foreach (var (id, known) in _prices)
        {
            if (id == asset.Id)
            {
                return known;
            }
        }

        Usd? price = null;
        if (Policy.Assets.TryGetValue(asset.Symbol, out var listed) && listed.UsdAtLeast is { } floor)
        {
            price = _feed.PricePerWhole(asset) is { } feed && feed > floor ? feed : floor;
        }

        _prices.Add((asset.Id, price));
        return price;
    }
}
