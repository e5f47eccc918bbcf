using CryptoMcp.Money;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Tools.Arguments;

/// <summary>
/// An amount as a model writes it: <c>2.50 USDC</c>. Only the form is judged here; which units a chain has and how many
/// decimals they take is pinned in the policy, and the guard says so.
/// </summary>
internal static class AmountArgument
{
    /// <summary>One line for the schema.</summary>
    public const string Help = "Decimal text with unit, e.g. \"2.50 USDC\".";

    /// <summary>More decimals than any asset has; the guard holds the amount against the asset's own.</summary>
    private const int MostDecimals = 36;

    /// <summary>Checks the form and hands the text on as it is.</summary>
    /// <exception cref="ToolException"><c>invalid_amount</c>.</exception>
    public static string Read(string text)
    {
        try
        {
            var (number, _) = Amount.Split(text);
            return DecimalText.ParseUnits(number, MostDecimals).IsZero
                ? throw new ToolException("invalid_amount", "The amount is zero.", "Pass an amount above zero, such as \"2.50 USDC\".")
                : text;
        }
        catch (MoneyFormatException e)
        {
            throw new ToolException("invalid_amount", e.Message, "Pass plain digits, one space and the symbol, such as \"2.50 USDC\".");
        }
    }
}
