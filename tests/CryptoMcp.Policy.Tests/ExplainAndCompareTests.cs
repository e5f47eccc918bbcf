using System.Text.Json;
using CryptoMcp.Money;
using static CryptoMcp.Policy.Tests.Samples;

namespace CryptoMcp.Policy.Tests;

public sealed class ExplainAndCompareTests
{
    [Fact]
    public void The_explanation_is_plain_English()
    {
        var text = PolicyExplainer.Explain(Example);
        Assert.Contains(
            "An x402 payment if every asset that leaves is USDC, and the amount is more than 0.1 USDC and at most 5 USDC, and the host " +
            "is not api.weather.example [dearer-apis].", text, StringComparison.Ordinal);
        Assert.Contains(
            "A transfer if the amount is at most 50.00 USD, and every recipient is any payee but not the payee ops-vault [to-known].", text,
            StringComparison.Ordinal);
        Assert.Contains(
            "Everything but cancelling if the time is not 07:00-22:00 Europe/Berlin [quiet-hours]. Why: Nobody is watching at night.", text,
            StringComparison.Ordinal);
        Assert.Contains("At most 25.00 USD, fees included, in any 24h [day].", text, StringComparison.Ordinal);
        Assert.Contains("At most 2.00 USD, fees included, in any 1h for each host [per-host].", text, StringComparison.Ordinal);
        Assert.Contains(
            "At most 20 denials, in any 10m; then all spending stops until the owner unfreezes [tripwire].", text,
            StringComparison.Ordinal);
        Assert.Contains("its argument receiver is the wallet itself", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
    }

    [Theory]
    [InlineData("\"25 USD\"", "\"50 USD\"", "Budget day: 25.00 USD → 50.00 USD.")]
    [InlineData("\"window\": \"30d\"", "\"window\": \"10d\"", "Window of month: 30d → 10d.")]
    [InlineData("\"0.0005 ETH\"", "\"0.005 ETH\"", "Largest fee on eip155:8453: 0.0005 ETH → 0.005 ETH.")]
    [InlineData("\"openAuthorizations\": 4", "\"openAuthorizations\": 5", "Open authorizations: 4 → 5.")]
    [InlineData(", \"openPerHost\": 1", "", "Open authorizations per host: 1 → no limit.")]
    [InlineData("\"newPayeeWait\": \"24h\"", "\"newPayeeWait\": \"1h\"", "Wait for new payees: 24h → 1h.")]
    [InlineData("\"usdAtLeast\": \"1500\"", "\"usdAtLeast\": \"1000\"", "Least value of one ETH: 1500.00 USD → 1000.00 USD.")]
    [InlineData("2027-02-28", "2028-02-28", "In force until: 2027-02-28 00:00Z → 2028-02-28 00:00Z.")]
    [InlineData("\"wait\": \"24h\"", "\"wait\": \"1h\"", "Wait before a loosening: 24h → 1h.")]
    [InlineData("\"whenFull\": \"freeze\"", "\"whenFull\": \"deny\"", "Budget tripwire when full: freeze → deny.")]
    public void A_wider_limit_is_raised_and_the_way_back_lowered(string find, string with, string sentence)
    {
        var other = LoadEdited((find, with));
        var diff = PolicyDiff.Between(Example, other);
        Assert.Equal([sentence], diff.Raised);
        Assert.True(diff.Loosens);
        var back = PolicyDiff.Between(other, Example);
        Assert.Single(back.Lowered);
        Assert.False(back.Loosens);
    }

    [Theory]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("\"amount\": \"<= 0.10 USDC\"", "\"amount\": \"<= 0.11 USDC\"")]
    [InlineData("\"amount\": \"<= 0.10 USDC\", \"scheme\": [\"exact\"]", "\"amount\": \"<= 0.10 USDC\"")]
    [InlineData("not 07:00-22:00", "not 06:00-22:00")]
    [InlineData("\"host\": \"api.weather.example\"", "\"label\": \"Weather\"")]
    [InlineData("\"https://a.example/base\"", "\"https://c.example/base\"")]
    [InlineData("\"name\": \"USD Coin\"", "\"name\": \"USDC\"")]
    [InlineData("\"credential\": \"b64u:Zm9v\"", "\"credential\": \"b64u:YmFy\"")]
    [InlineData("\"each\": \"host\"", "\"each\": \"client\"")]
    public void What_could_open_something_loosens(string find, string with) =>
        Assert.True(PolicyDiff.Between(Example, LoadEdited((find, with))).Loosens);

    [Theory]
    [InlineData("\"amount\": \"<= 0.10 USDC\"", "\"amount\": \"<= 0.05 USDC\"")]
    [InlineData("\"to\": \"payee:ops-vault\" }", "\"to\": \"payee:ops-vault\", \"amount\": \"<= 5 USD\" }")]
    [InlineData("\"assets\": \"<= 20 USDC\"", "\"assets\": \"<= 10 USDC\"")]
    [InlineData("{ \"id\": \"quiet-hours\"", "{ \"id\": \"no-messages\", \"forbid\": \"message\" }, { \"id\": \"quiet-hours\"")]
    public void What_only_closes_does_not_loosen(string find, string with)
    {
        var diff = PolicyDiff.Between(Example, LoadEdited((find, with)));
        Assert.False(diff.Loosens);
        Assert.NotEmpty(diff.NewlyRefused);
    }

    [Fact]
    public void Another_name_changes_no_decision()
    {
        var diff = PolicyDiff.Between(
            Example, LoadEdited(("\"id\": \"to-our-safe\"", "\"id\": \"safe\""), ("Our Safe on Base", "The Safe")));
        Assert.False(diff.Loosens);
        Assert.Equal(2, diff.Other.Count);
    }

    [Theory]
    [InlineData(PolicyTemplates.ResearchAgent)]
    [InlineData(PolicyTemplates.Treasury)]
    [InlineData(PolicyTemplates.PaidApiBuyer)]
    [InlineData(PolicyTemplates.ReadOnly)]
    [InlineData(PolicyTemplates.TestNetworks)]
    [InlineData(PolicyTemplates.Facilitator)]
    public void Every_template_loads_expires_in_a_year_and_is_canonical(string name)
    {
        var file = Template(name);
        var policy = PolicyDocument.Load(file);
        Assert.Equal(Noon.AddYears(1), policy.Expires);
        Assert.Equal(file, policy.Print());
        Assert.NotEmpty(PolicyExplainer.Explain(policy));
    }

    [Fact]
    public void The_first_start_permits_small_transfers_to_anyone_and_no_more()
    {
        var policy = PolicyDocument.Load(Template(PolicyTemplates.TestNetworks));
        Assert.Equal("allowed", Decide(policy, OnSepolia("5 USDC")).Code);
        Assert.Equal("no_rule", Decide(policy, OnSepolia("5.000001 USDC")).Code);
        Assert.Equal("allowed", Decide(policy, OnSepolia("0.01 ETH")).Code);
        Assert.Equal("no_rule", Decide(policy, OnSepolia("0.011 ETH")).Code);
        Assert.Equal("unknown_wallet", Decide(policy, Transfer("1 USDC", Stranger) with { Account = new(Base, Stranger) }).Code);
        Assert.Equal("unknown_asset", Decide(policy, Transfer("1 USDC", Stranger)).Code);
        var book = new Book();
        var allowed = 0;
        for (var i = 0; i < 10; i++)
        {
            var decision = Decide(policy, OnSepolia("5 USDC"), book);
            book.Hold(decision.Charges);
            allowed += decision.Verdict == Verdict.Allow ? 1 : 0;
        }

        // 20 USD a day, and every transfer costs a fee as well.
        Assert.Equal(3, allowed);
        Assert.Equal("USDC", policy.Assets["USDC"].DomainOn(s_sepolia)!.Name);
    }

    [Fact]
    public void Read_only_lets_nothing_leave() =>
        Assert.Equal("forbidden", Decide(PolicyDocument.Load(Template(PolicyTemplates.ReadOnly)), OnSepolia("0.000001 USDC")).Code);

    [Fact]
    public void An_unknown_template_is_refused_with_the_known_ones() =>
        Assert.Contains("research-agent", Assert.Throws<ArgumentException>(() => Template("yolo")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_schema_is_part_of_the_package_and_knows_every_member_that_the_loader_knows()
    {
        using var schema = JsonDocument.Parse(PolicySchema.Text);
        var conditions = schema.RootElement.GetProperty("$defs").GetProperty("conditions").GetProperty(
            "properties").EnumerateObject().Select(member => member.Name).Order();
        var known = Assert.Throws<PolicyException>(
            () => LoadEdited(("\"if\": { \"to\": \"payee:ops-vault\" }", "\"if\": { \"x\": 1 }"))).Mistakes[0].Message;
        Assert.Equal(
            known[known.IndexOf("Known are ", StringComparison.Ordinal)..].Split('\'').Where((_, index) => index % 2 == 1).Order(),
            conditions);
        var operations = schema.RootElement.GetProperty("$defs").GetProperty("operation").GetProperty("enum").EnumerateArray().Select(
            value => value.GetString()!);
        Assert.Equal(Operations.All.Append("*").Order(), operations.Order());
    }

    private static readonly ChainId s_sepolia = ChainId.Evm(84532);

    private static readonly Asset s_usdc = new(AssetId.Token(s_sepolia, "0x036CbD53842c5426634e7929541eC2318f3dCF7e"), "USDC", 6);

    private static readonly Asset s_ether = new(AssetId.Native(s_sepolia), "ETH", 18);

    private static byte[] Template(string name) => PolicyTemplates.Create(
        name,
        new Dictionary<string, string> { ["main"] = Wallet },
        [new(s_sepolia, [new(s_ether, "1500"), new(s_usdc, "1.00", new("USDC", "2"))], "0.001 ETH", [new Uri("https://sepolia.base.org")])],
        Noon);

    private static Spend OnSepolia(string amount) => new()
    {
        Operation = Operations.Transfer, Account = new(s_sepolia, Wallet), Client = "agent", Chain = s_sepolia,
        Effects =
        [
            new Effect.Outflow(Money.Amount.Parse(amount, amount.EndsWith("ETH", StringComparison.Ordinal) ? s_ether : s_usdc), Stranger),
            new Effect.Fee(Money.Amount.Parse("0.0001 ETH", s_ether)),
        ],
    };
}
