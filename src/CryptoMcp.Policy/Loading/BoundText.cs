using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Policy.Loading;

/// <summary>Bounds as text: <c>&lt;= 5 USDC</c>, <c>&gt; 0.10 USDC and &lt;= 5 USDC</c>, <c>&lt;= 100</c>.</summary>
internal static class BoundText
{
    private const string And = " and ";

    public static Bound? Read(string text, JsonAt where, ReadContext context)
    {
        var cut = text.IndexOf(And, StringComparison.Ordinal);
        var first = ReadEnd(cut < 0 ? text : text[..cut], where, context);
        if (first is null || cut < 0)
        {
            return first;
        }

        var second = ReadEnd(text[(cut + And.Length)..], where, context);
        if (second is null)
        {
            return null;
        }

        if (first.Unit != second.Unit || first.Least is null || second.Most is null || first.Least >= second.Most)
        {
            context.Mistakes.Add(where, "A range goes from low to high in one unit, such as '> 0.10 USDC and <= 5 USDC'.");
            return null;
        }

        return first with { Most = second.Most, MostIsOutside = second.MostIsOutside };
    }

    private static Bound? ReadEnd(string text, JsonAt where, ReadContext context)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var sign = space < 0 ? text : text[..space];
        if (sign is not ("<=" or ">=" or "<" or ">") || space < 0)
        {
            context.Mistakes.Add(
                where, $"{Shown.Quote(text)} is not a bound. Write <=, <, >= or >, a space and an amount, such as \"<= 5 USDC\".");
            return null;
        }

        var rest = text[(space + 1)..];
        BudgetUnit? unit = null;
        BigInteger units;
        try
        {
            if (rest.Contains(' ', StringComparison.Ordinal))
            {
                var (number, symbol) = Amount.Split(rest);
                unit = context.Unit(symbol, where);
                if (unit is null)
                {
                    return null;
                }

                units = DecimalText.ParseUnits(number, unit.Value.Decimals);
            }
            else
            {
                units = DecimalText.ParseUnits(rest, 0);
            }
        }
        catch (MoneyFormatException problem)
        {
            context.Mistakes.Add(where, problem.Message);
            return null;
        }

        return sign[0] == '<'
            ? new() { Unit = unit, Most = units, MostIsOutside = sign == "<" }
            : new() { Unit = unit, Least = units, LeastIsOutside = sign == ">" };
    }
}
