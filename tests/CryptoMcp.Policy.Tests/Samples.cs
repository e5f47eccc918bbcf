using System.Text;
using CryptoMcp.Money;

namespace CryptoMcp.Policy.Tests;

/// <summary>The example policy that ships, and spends under it.</summary>
internal static class Samples
{
    public const string Wallet = "0x52908400098527886E0F7030069857D2E4169EE7";

    public const string OpsVault = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";

    public const string Weather = "0xde709f2102306220921060314715629080e2fb77";

    public const string Stranger = "0x27b1fdb04752bbc536007a920d24acb045561c26";

    public static readonly ChainId Base = ChainId.Evm(8453);

    /// <summary>Noon in Berlin.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 11, 0, 0, TimeSpan.Zero);

    public static string ExampleText { get; } = Resource("example.json");

    public static PolicyDocument Example { get; } = Load(ExampleText);

    public static PolicyDocument Load(string text) => PolicyDocument.Load(Encoding.UTF8.GetBytes(text));

    /// <summary>The example with one piece of text replaced, which has to be there exactly once.</summary>
    public static string Edited(params (string Find, string With)[] edits)
    {
        var text = ExampleText;
        foreach (var (find, with) in edits)
        {
            Assert.Equal(2, text.Split(find).Length);
            text = text.Replace(find, with, StringComparison.Ordinal);
        }

        return text;
    }

    public static PolicyDocument LoadEdited(params (string Find, string With)[] edits) => Load(Edited(edits));

    public static Asset Asset(string symbol) =>
        Example.TryFindAsset(Base, symbol, out var asset) ? asset : throw new ArgumentException(symbol);

    public static Amount Amount(string text) => Money.Amount.Parse(text, Asset(text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..]));

    public static Spend Transfer(string amount, string to, string fee = "0.0001 ETH") => new()
    {
        Operation = Operations.Transfer,
        Account = new(Base, Wallet),
        Client = "agent",
        Chain = Base,
        Effects = [new Effect.Outflow(Amount(amount), to), new Effect.Fee(Amount(fee))],
    };

    public static Spend Pay(string amount, string host = "api.shop.example", string to = Stranger) => new()
    {
        Operation = Operations.X402Pay,
        Account = new(Base, Wallet),
        Client = "agent",
        Chain = Base,
        Effects = [new Effect.Outflow(Amount(amount), to)],
        Host = host,
        Scheme = "exact",
        AuthorizationLifetime = TimeSpan.FromSeconds(120),
    };

    public static Decision Decide(
        PolicyDocument policy, Spend spend, Book? book = null, IPriceView? prices = null, DateTimeOffset? now = null) =>
        PolicyEngine.Decide(policy, spend, book ?? new Book(), prices ?? FloorPrices.Instance, now ?? Noon);

    public static string Resource(string name)
    {
        using var stream = typeof(Samples).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
