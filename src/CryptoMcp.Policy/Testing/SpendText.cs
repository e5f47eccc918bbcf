using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using CryptoMcp.Money;
using CryptoMcp.Policy.Loading;

namespace CryptoMcp.Policy.Testing;

/// <summary>
/// A spend as a table writes it. Amounts are text as a caller would send it, so that amounts which do not read are cases
/// as well. <c>#</c> in a host stands for the number of the repetition.
/// </summary>
internal static class SpendText
{
    public static bool TryBuild(
        JsonAt value, PolicyDocument policy, int repetition, [NotNullWhen(true)] out Spend? spend, out (string Code, string Reason) problem)
    {
        try
        {
            spend = Build(value, policy, repetition);
            problem = default;
            return true;
        }
        catch (MoneyFormatException format)
        {
            spend = null;
            problem = ("invalid_amount", format.Message);
            return false;
        }
    }

    private static Spend Build(JsonAt value, PolicyDocument policy, int repetition)
    {
        var chain = ChainId.Parse(Text(value, "chain") ?? "eip155:8453");
        var account = Text(value, "account") ?? policy.Wallets[Text(value, "wallet") ?? (chain.IsSolana ? "sol" : "main")];
        return new()
        {
            Operation = Text(value, "operation") ?? Operations.Transfer,
            Account = new(chain, account),
            Client = Text(value, "client") ?? "agent",
            Chain = chain,
            Effects = [.. Items(value, "effects").Select(item => BuildEffect(item, policy, chain, account))],
            Host = Text(value, "host")?.Replace("#", repetition.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
            Scheme = Text(value, "scheme"),
            Contract = Text(value, "contract"),
            Function = Text(value, "function"),
            Arguments = Member(value, "arguments") is null ? null
                : [.. Items(value, "arguments").Select(item => item.Text == "self" ? account : item.Text)],
            PrimaryType = Text(value, "primaryType"),
            AuthorizationLifetime = Text(value, "lifetime") is { } lifetime && PolicySpan.TryParse(lifetime, out var span) ? span : null,
        };
    }

    private static Effect BuildEffect(JsonAt item, PolicyDocument policy, ChainId chain, string account)
    {
        var (kind, text) = (item.Members[0].Name, item.Members[0].Value.Text);
        if (kind == "never")
        {
            return new Effect.NeverSigned(Enum.Parse<Effect.NeverSigned.Entry>(text));
        }

        if (kind == "unknown")
        {
            return new Effect.Unknown(text);
        }

        var amount = BuildAmount(text, item, policy, chain);
        var to = Text(item, "to") switch
        {
            null => string.Empty,
            "self" => account,
            { } name when name.StartsWith("payee:", StringComparison.Ordinal) && policy.TryFindPayee(chain, name, out _, out var address) =>
                address,
            { } address => address,
        };
        return kind switch
        {
            "outflow" => new Effect.Outflow(amount, to),
            "allowance" => new Effect.Allowance(amount, to),
            "fee" => new Effect.Fee(amount),
            "inflow" => new Effect.Inflow(amount),
            _ => new Effect.Unknown(kind),
        };
    }

    private static Amount BuildAmount(string text, JsonAt item, PolicyDocument policy, ChainId chain)
    {
        var (number, symbol) = Amount.Split(text);
        Asset? asset = null;
        if (Text(item, "token") is { } token)
        {
            asset = new(
                AssetId.Token(chain, token), symbol,
                int.Parse(Text(item, "decimals") ?? "6", NumberStyles.None, CultureInfo.InvariantCulture));
        }
        else if (!policy.TryFindAsset(chain, symbol, out asset))
        {
            throw new MoneyFormatException($"{Shown.Quote(symbol)} is not an asset of the policy on {chain}.");
        }

        return number == "all" ? new((BigInteger.One << 256) - 1, asset) : Amount.Parse(text, asset);
    }

    private static JsonAt? Member(JsonAt value, string name) => value.Members.Find(member => member.Name == name)?.Value;

    private static string? Text(JsonAt value, string name) => Member(value, name)?.Text;

    private static List<JsonAt> Items(JsonAt value, string name) => Member(value, name)?.Items ?? [];
}
