using System.Globalization;
using System.Numerics;

namespace CryptoMcp.Policy.Loading;

/// <summary>The section <c>budgets</c>.</summary>
internal static class BudgetReader
{
    private const string LimitExample = "25 USD";

    public static List<Budget> ReadAll(ObjectReader root, ReadContext context)
    {
        var result = new List<Budget>();
        if (root.Required("budgets", "[ { \"id\": \"day\", \"limit\": \"25 USD\", \"window\": \"24h\" } ]") is not { } budgets)
        {
            return result;
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in Read.Items(budgets, context.Mistakes, "budgets with id, limit and window"))
        {
            if (ReadOne(item, context, taken) is { } budget)
            {
                result.Add(budget);
            }
        }

        return result;
    }

    private static Budget? ReadOne(JsonAt item, ReadContext context, HashSet<string> taken)
    {
        var reader = ObjectReader.Open(item, context.Mistakes, "id", "limit", "window", "each", "counts", "whenFull");
        if (reader is null)
        {
            return null;
        }

        var id = context.Id(reader, taken, "budget");
        var limit = reader.Required("limit", $"\"{LimitExample}\"") is { } text ? Limit(text, context) : null;
        TimeSpan? window = null;
        if (reader.Text("window", "\"24h\"") is { } written && !PolicySpan.TryParse(written, out window))
        {
            context.Mistakes.Add(
                reader.Optional("window")!,
                $"{Shown.Quote(written)} is not a window. Write 1 to 9999 and s, m, h or d, such as '24h', or 'forever'.");
        }

        var each = reader.Choice<BudgetKey>(
            "each", null, ("host", BudgetKey.Host), ("payee", BudgetKey.Payee), ("client", BudgetKey.Client), ("wallet", BudgetKey.Wallet),
            ("asset", BudgetKey.Asset), ("chain", BudgetKey.Chain), ("contract", BudgetKey.Contract));
        var counts = reader.Choice<BudgetCounts>(
            "counts", BudgetCounts.ValueAndFees, ("value", BudgetCounts.Value), ("fees", BudgetCounts.Fees),
            ("value+fees", BudgetCounts.ValueAndFees));
        var whenFull = reader.Choice<WhenFull>(
            "whenFull", WhenFull.Deny, ("deny", WhenFull.Deny), ("ask", WhenFull.Ask), ("freeze", WhenFull.Freeze));
        if (limit is { Unit.Kind: BudgetUnitKind.Denials } && each is not (null or BudgetKey.Client))
        {
            context.Mistakes.Add(
                reader.Optional("each")!,
                "Denials can be counted for each 'client' or all together: a refused request may have no other fact.");
        }

        if (limit is { Unit.Kind: BudgetUnitKind.Payments or BudgetUnitKind.Denials } && reader.Optional("counts") is { } needless)
        {
            context.Mistakes.Add(needless, "'counts' is for money. Remove it from a budget of payments or denials.");
        }

        return id is null || limit is not { } found ? null : new()
        {
            Id = id, Unit = found.Unit, Limit = found.Units, Window = window, Each = each, Counts = counts!.Value,
            WhenFull = whenFull!.Value,
        };
    }

    private static (BudgetUnit Unit, BigInteger Units)? Limit(JsonAt value, ReadContext context)
    {
        if (value.Kind == JsonKind.Text)
        {
            foreach (var unit in (ReadOnlySpan<BudgetUnit>)[BudgetUnit.Payments, BudgetUnit.Denials])
            {
                if (!value.Text.EndsWith(" " + unit.Symbol, StringComparison.Ordinal))
                {
                    continue;
                }

                var count = value.Text[..^(unit.Symbol.Length + 1)];
                if (count.Length is >= 1 and <= 7 && count[0] != '0'
                    && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    return (unit, number);
                }

                context.Mistakes.Add(
                    value, $"{Shown.Quote(value.Text)} is not a count. Write 1 to 9999999, such as \"200 {unit.Symbol}\".");
                return null;
            }
        }

        return context.Money(value, LimitExample);
    }
}
