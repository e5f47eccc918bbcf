using System.Numerics;
using CryptoMcp.Money;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Loading;

/// <summary>What the sections of a file share: its mistakes, and the names that were declared so far.</summary>
internal sealed class ReadContext(Mistakes mistakes)
{
    public Mistakes Mistakes => mistakes;

    public Dictionary<string, string> Wallets { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, PolicyAsset> Assets { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Payee> Payees { get; } = new(StringComparer.Ordinal);

    public HashSet<ChainId> Chains { get; } = [];

    public void CheckName(JsonAt.Member entry)
    {
        if (!Grammar.IsName(entry.Name))
        {
            mistakes.Add(entry, $"{Shown.Quote(entry.Name)} is not a name. Write {Grammar.NameForm}.");
        }
    }

    /// <summary>The id of a budget, rule or approver, which has to be new in its list.</summary>
    public string? Id(ObjectReader reader, HashSet<string> taken, string what)
    {
        if (reader.Text("id", "\"a-name\"") is not { } id)
        {
            return null;
        }

        if (!Grammar.IsName(id))
        {
            mistakes.Add(reader.Optional("id")!, $"{Shown.Quote(id)} is not an id. Write {Grammar.NameForm}.");
        }
        else if (!taken.Add(id))
        {
            mistakes.Add(reader.Optional("id")!, $"Another {what} has the id {Shown.Quote(id)} already. Give each its own.");
        }

        return id;
    }

    /// <summary>Text that people will read.</summary>
    public string? Plain(ObjectReader reader, string name, int most, bool required = false)
    {
        if (reader.Text(name, "\"some text\"", required) is not { } text)
        {
            return null;
        }

        if (text.Length == 0 || text.Length > most || !Grammar.IsPlainText(text))
        {
            mistakes.Add(
                reader.Optional(name)!, $"Write 1 to {most} visible characters, without line breaks, controls and direction marks.");
        }

        return text;
    }

    public bool TryChain(JsonAt.Member entry, out ChainId chain)
    {
        if (Grammar.TryChain(entry.Name, out chain))
        {
            return true;
        }

        mistakes.Add(
            entry, $"{Shown.Quote(entry.Name)} is not a chain. Write CAIP-2, such as 'eip155:8453' or " +
                $"'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'.");
        return false;
    }

    public string? Address(JsonAt value, ChainId chain)
    {
        if (Read.Text(value, mistakes, "\"0x…\"") is not { } address)
        {
            return null;
        }

        if (AddressText.Problem(chain, address) is { } problem)
        {
            mistakes.Add(value, problem);
            return null;
        }

        return address;
    }

    /// <summary>A unit by its symbol: USD or an asset of the file.</summary>
    public BudgetUnit? Unit(string symbol, JsonAt where)
    {
        if (symbol == Usd.Symbol)
        {
            return BudgetUnit.Usd;
        }

        if (Assets.TryGetValue(symbol, out var asset))
        {
            return new(BudgetUnitKind.Asset, symbol, asset.Decimals);
        }

        mistakes.Add(
            where, $"{Shown.Quote(symbol)} is neither USD nor an asset of this file. Add it under 'assets', or use one of: " +
                $"{string.Join(", ", Assets.Keys)}.");
        return null;
    }

    /// <summary>Money text such as <c>12.50 USD</c>.</summary>
    public (BudgetUnit Unit, BigInteger Units)? Money(JsonAt value, string example)
    {
        if (value.Kind != JsonKind.Text)
        {
            mistakes.Add(value, $"Money is text with a unit, such as \"{example}\", never a JSON number.");
            return null;
        }

        try
        {
            var (number, symbol) = Amount.Split(value.Text);
            return Unit(symbol, value) is { } unit ? (unit, DecimalText.ParseUnits(number, unit.Decimals)) : null;
        }
        catch (MoneyFormatException problem)
        {
            mistakes.Add(value, problem.Message);
            return null;
        }
    }
}
