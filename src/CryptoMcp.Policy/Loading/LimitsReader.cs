using System.Globalization;
using CryptoMcp.Money;

namespace CryptoMcp.Policy.Loading;

/// <summary>The section <c>limits</c>.</summary>
internal static class LimitsReader
{
    public static Limits? Read(ObjectReader root, ReadContext context)
    {
        if (root.Required("limits", "{ \"fee\": { … }, \"authorizationLifetime\": \"120s\", \"openAuthorizations\": 4 }") is not { } value
            || ObjectReader.Open(
                value, context.Mistakes, "fee", "oneSignature", "authorizationLifetime", "openAuthorizations", "openPerHost",
                "tokenApproval", "slippage", "newPayeeWait")
            is not { } reader)
        {
            return null;
        }

        return new()
        {
            Fee = Fees(reader, context),
            OneSignature = OneSignature(reader, context),
            AuthorizationLifetime = reader.Span("authorizationLifetime", "120s") ?? default,
            OpenAuthorizations = reader.Integer("openAuthorizations", 1, 64) ?? 0,
            OpenPerHost = reader.Integer("openPerHost", 1, 16, required: false),
            TokenApproval = reader.Choice<TokenApproval>(
                "tokenApproval", TokenApproval.Never, ("never", TokenApproval.Never),
                ("exact-amount-only", TokenApproval.ExactAmountOnly))!.Value,
            SlippageBasisPoints = Slippage(reader, context),
            NewPayeeWait = reader.Span("newPayeeWait", "24h", required: false),
        };
    }

    private static Dictionary<ChainId, Amount> Fees(ObjectReader reader, ReadContext context)
    {
        var fees = new Dictionary<ChainId, Amount>();
        if (reader.Required("fee", "{ \"eip155:8453\": \"0.0005 ETH\" }") is not { } value)
        {
            return fees;
        }

        foreach (var entry in Loading.Read.Entries(value, context.Mistakes, "a chain and the largest fee there"))
        {
            if (!context.TryChain(entry, out var chain) || context.Money(entry.Value, "0.0005 ETH") is not { } fee)
            {
                continue;
            }

            if (context.Assets.TryGetValue(fee.Unit.Symbol, out var asset) && asset.On.TryGetValue(chain, out var coin) && coin.Id.IsNative)
            {
                fees[chain] = new Amount(fee.Units, coin);
            }
            else
            {
                context.Mistakes.Add(
                    entry.Value,
                    $"Fees on {chain} are paid in its own coin. List that coin under 'assets' as \"{chain}\": \"native\" and use its " +
                    $"symbol here.");
            }
        }

        return fees;
    }

    private static Usd? OneSignature(ObjectReader reader, ReadContext context)
    {
        if (reader.Optional("oneSignature") is not { } value || context.Money(value, "50 USD") is not { } money)
        {
            return null;
        }

        if (money.Unit.Kind == BudgetUnitKind.Usd)
        {
            return new Usd(money.Units);
        }

        context.Mistakes.Add(
            value, "This limit holds for every asset, so it is in dollars, such as \"50 USD\". Bound one asset with 'amount' in its rule.");
        return null;
    }

    private static int? Slippage(ObjectReader reader, ReadContext context)
    {
        if (reader.Text("slippage", "\"0.5%\"", required: false) is not { } text)
        {
            return null;
        }

        var number = text.EndsWith('%') ? text[..^1] : string.Empty;
        try
        {
            return number.IndexOf('.', StringComparison.Ordinal) is 1 or -1
                && (number.Length == 1 || number.Contains('.', StringComparison.Ordinal))
                ? (int)DecimalText.ParseUnits(number, 2)
                : throw new MoneyFormatException("not a percentage");
        }
        catch (MoneyFormatException)
        {
            context.Mistakes.Add(
                reader.Optional("slippage")!,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Shown.Quote(text)} is not a percentage here. Write 0 to 9.99 and '%', such as \"0.5%\"."));
            return null;
        }
    }
}
