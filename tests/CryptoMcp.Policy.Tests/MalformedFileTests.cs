namespace CryptoMcp.Policy.Tests;

/// <summary>Files that must not load: where the mistake is, and that the message says what to write instead.</summary>
public sealed class MalformedFileTests
{
    [Theory]
    [InlineData("\"revision\": 12,", "", "$", "'revision' is missing")]
    [InlineData("\"revision\": 12", "\"revision\": 12.5", "$.revision", "whole number")]
    [InlineData("\"revision\": 12", "\"revision\": \"12\"", "$.revision", "whole number")]
    [InlineData("\"revision\": 12", "\"revision\": 1e1", "$.revision", "whole number")]
    [InlineData("cryptomcp/1", "cryptomcp/2", "$.policy", "not a known format")]
    [InlineData("2027-02-28T00:00:00Z", "2027-02-28", "$.expires", "offset")]
    [InlineData("2027-02-28T00:00:00Z", "2027-02-30T00:00:00Z", "$.expires", "offset")]
    [InlineData("2027-02-28T00:00:00Z", "2027-02-28T00:00:00", "$.expires", "offset")]
    [InlineData("Research agent: small", "Research\\nagent: small", "$.name", "line breaks")]
    [InlineData("Research agent: small", "Research\\u202eagent: small", "$.name", "direction marks")]
    [InlineData("Research agent: small", "Research\\ud800agent: small", "$", "Unicode")]
    [InlineData("\"main\": \"0x52908400098527886E0F7030069857D2E4169EE7\"", "\"Main\": \"0x52908400098527886E0F7030069857D2E4169EE7\"", "$.wallets.Main", "not a name")]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169EE", "$.wallets.main", "40 hex digits")]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169Ee7", "$.wallets.main", "EIP-55")]
    [InlineData("7Yx3mC4qk2sQvX9uJb5eWz1TnPdRfGhLa8cEoKtVwBsD", "7Yx3mC4qk2sQvX9uJb5eWz1TnPdRfGhLa8cEoKtVwB0D", "$.wallets.sol", "base58")]
    [InlineData("\"decimals\": 6", "\"decimals\": 25", "$.assets.USDC.decimals", "0 to 24")]
    [InlineData("\"decimals\": 6", "\"decimals\": -6", "$.assets.USDC.decimals", "0 to 24")]
    [InlineData("\"usdAtLeast\": \"1.00\"", "\"usdAtLeast\": 1.00", "$.assets.USDC.usdAtLeast", "double quotes")]
    [InlineData("\"usdAtLeast\": \"1.00\"", "\"usdAtLeast\": \"0\"", "$.assets.USDC.usdAtLeast", "above 0")]
    [InlineData("\"usdAtLeast\": \"1.00\"", "\"usdAtLeast\": \"-1\"", "$.assets.USDC.usdAtLeast", "sign")]
    [InlineData("\"ETH\":  {", "\"USD\":  {", "$.assets.USD", "kept for dollars")]
    [InlineData("\"1500\", \"on\": { \"eip155:8453\"", "\"1500\", \"on\": { \"eip155:08453\"", "$.assets.ETH.on['eip155:08453']", "CAIP-2")]
    [InlineData("\"1500\", \"on\": { \"eip155:8453\"", "\"1500\", \"on\": { \"eip155:0\"", "$.assets.ETH.on['eip155:0']", "CAIP-2")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D", "0x52908400098527886E0F7030069857D2E4169EE7", "$.payees.ops-vault.on['eip155:8453']", "own wallets")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D", "0x0000000000000000000000000000000000000001", "$.payees.ops-vault.on['eip155:8453']", "Nobody owns")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "$.payees.ops-vault.on['eip155:8453']", "contract of a token")]
    [InlineData("\"host\": \"api.weather.example\"", "\"host\": \"https://api.weather.example\"", "$.payees.weather.host", "without scheme")]
    [InlineData("\"25 USD\"", "\"25 USD\\n\"", "$.budgets[0].limit", "no unit")]
    [InlineData("\"25 USD\"", "\"25.000000001 USD\"", "$.budgets[0].limit", "decimals")]
    [InlineData("\"25 USD\"", "\"025 USD\"", "$.budgets[0].limit", "leading zero")]
    [InlineData("\"25 USD\"", "\"25 EUR\"", "$.budgets[0].limit", "neither USD nor an asset")]
    [InlineData("\"200 payments\"", "\"0 payments\"", "$.budgets[4].limit", "1 to 9999999")]
    [InlineData("\"200 payments\"", "\"2e2 payments\"", "$.budgets[4].limit", "1 to 9999999")]
    [InlineData("\"window\": \"30d\"", "\"window\": \"1w\"", "$.budgets[1].window", "s, m, h or d")]
    [InlineData("\"each\": \"host\"", "\"each\": \"hosts\"", "$.budgets[3].each", "'host'")]
    [InlineData("\"counts\": \"fees\"", "\"counts\": \"fee\"", "$.budgets[5].counts", "'fees'")]
    [InlineData("\"whenFull\": \"freeze\"", "\"whenFull\": \"freeze\", \"each\": \"host\"", "$.budgets[6].each", "client")]
    [InlineData("\"id\": \"month\"", "\"id\": \"day\"", "$.budgets[1].id", "already")]
    [InlineData("\"allow\":  \"transfer\"", "\"allow\":  \"transfer\", \"ask\": \"transfer\"", "$.rules[3].ask", "one thing")]
    [InlineData("\"allow\":  \"transfer\"", "\"allow\":  \"transfers\"", "$.rules[3].allow", "not an operation")]
    [InlineData("\"allow\":  \"transfer\"", "\"allow\":  \"*\"", "$.rules[3].allow", "one rule for each operation")]
    [InlineData("\"allow\":  \"transfer\"", "\"allow\":  \"cancel\"", "$.rules[3].allow", "only forbid")]
    [InlineData("\"allow\":  \"transfer\",      \"if\": { \"to\": \"payee:ops-vault\" }", "\"allow\":  \"transfer\"", "$.rules[3]", "\"if\"")]
    [InlineData("\"allow\":  \"transfer\",      \"if\": { \"to\": \"payee:ops-vault\" }", "\"allow\":  \"transfer\", \"if\": {}", "$.rules[3].if", "at least one condition")]
    [InlineData("\"to\": \"payee:ops-vault\"", "\"to\": \"ops-vault\"", "$.rules[3].if.to", "'payee:name'")]
    [InlineData("\"<= 1 USDC\"", "\"1 USDC\"", "$.rules[1].if.amount", "not a bound")]
    [InlineData("\"<= 1 USDC\"", "\"<= 1\"", "$.rules[1].if.amount", "no unit")]
    [InlineData("\"<= 1 USDC\"", "\"<= 1 DAI\"", "$.rules[1].if.amount", "neither USD nor an asset")]
    [InlineData("\"> 0.10 USDC and <= 5 USDC\"", "\"> 5 USDC and <= 0.10 USDC\"", "$.rules[2].if.amount", "from low to high")]
    [InlineData("\"host\": [\"api.weather.example\"]", "\"host\": [\"api.weather.example:443\"]", "$.rules[1].if.host[0]", "without scheme, port")]
    [InlineData("\"host\": [\"api.weather.example\"]", "\"host\": []", "$.rules[1].if.host", "at least one entry")]
    [InlineData("\"scheme\": [\"exact\"]", "\"scheme\": [\"any\"]", "$.rules[0].if.scheme[0]", "'exact' or 'upto'")]
    [InlineData("\"receiver\": \"self\"", "\"receiver\": \"0xc1912fEE45d61C87Cc5EA59DaE31190FFFFf232d\"", "$.rules[5].if.args.receiver", "'self'")]
    [InlineData("\"receiver\": \"self\"", "\"recipient\": \"self\"", "$.rules[5].if.args.recipient", "not a parameter")]
    [InlineData("\"assets\": \"<= 20 USDC\", ", "\"assets\": \"<= 20 USD\", ", "$.rules[5].if.args.assets", "no dollar value")]
    [InlineData("deposit(uint256 assets, address receiver)", "deposit(uint257 assets, address receiver)", "$.rules[5].if.function", "not a parameter")]
    [InlineData("deposit(uint256 assets, address receiver)", "deposit((uint256 a) assets, address receiver)", "$.rules[5].if.function", "Tuples")]
    [InlineData("deposit(uint256 assets, address receiver)", "deposit(uint256 assets, address receiver, bytes[] calls)", "$.rules[5].if.function", "bytes[]")]
    [InlineData("deposit(uint256 assets, address receiver)", "deposit(uint256 assets, address receiver, address)", "$.rules[5].if.function", "not tested")]
    [InlineData("deposit(uint256 assets, address receiver)", "execute(uint256 assets, address receiver)", "$.rules[5].if.function", "carries other calls")]
    [InlineData("deposit(uint256 assets, address receiver)", "setApprovalForAll(uint256 assets, address receiver)", "$.rules[5].if.function", "never signed")]
    [InlineData("Europe/Berlin", "Europe/Atlantis", "$.rules[6].if.time", "not a time zone")]
    [InlineData("Europe/Berlin", "CET", "$.rules[6].if.time", "not a time zone")]
    [InlineData("not 07:00-22:00", "not 07:00-24:00", "$.rules[6].if.time", "not a time of day")]
    [InlineData("not 07:00-22:00", "not 7-22", "$.rules[6].if.time", "not a time of day")]
    [InlineData("not 07:00-22:00", "07:00-07:00", "$.rules[6].if.time", "not a time of day")]
    [InlineData("\"0.0005 ETH\"", "\"0.0005 USDC\"", "$.limits.fee['eip155:8453']", "own coin")]
    [InlineData("\"0.0005 ETH\"", "0.0005", "$.limits.fee['eip155:8453']", "never a JSON number")]
    [InlineData("\"oneSignature\": \"50 USD\"", "\"oneSignature\": \"50 USDC\"", "$.limits.oneSignature", "in dollars")]
    [InlineData("\"authorizationLifetime\": \"120s\"", "\"authorizationLifetime\": \"forever\"", "$.limits.authorizationLifetime", "length of time")]
    [InlineData("\"openAuthorizations\": 4", "\"openAuthorizations\": 65", "$.limits.openAuthorizations", "1 to 64")]
    [InlineData("\"slippage\": \"0.5%\"", "\"slippage\": \"50%\"", "$.limits.slippage", "percentage")]
    [InlineData("\"slippage\": \"0.5%\"", "\"slippage\": \".5%\"", "$.limits.slippage", "percentage")]
    [InlineData("\"need\": 1", "\"need\": 3", "$.approval.need", "Nothing could ever be approved")]
    [InlineData("\"kind\": \"webauthn\"", "\"kind\": \"email\"", "$.approval.by[0].kind", "not a way to approve")]
    [InlineData("\"id\": \"owner-tty\"", "\"id\": \"owner-key\"", "$.approval.by[1].id", "already")]
    [InlineData("\"https://a.example/base\"", "\"http://a.example/base\"", "$.rpc['eip155:8453'].urls[0]", "this machine only")]
    [InlineData("\"https://a.example/base\"", "\"https://b.example/base\"", "$.rpc['eip155:8453'].urls[1]", "listed already")]
    [InlineData("\"https://a.example/base\"", "\"https://key@a.example/base\"", "$.rpc['eip155:8453'].urls[0]", "without user name")]
    [InlineData("\"https://b.example/base\"], \"agree\": 2", "\"https://b.example/base\"], \"agree\": 3", "$.rpc['eip155:8453'].agree", "have to agree")]
    [InlineData("\"tighten\": \"now\"", "\"tighten\": \"later\"", "$.changes.tighten", "at once")]
    [InlineData("\"by\": [\"owner-key\"]", "\"by\": [\"somebody\"]", "$.changes.loosen.by[0]", "approval.by")]
    public void A_mistake_is_found_where_it_stands(string find, string with, string path, string message)
    {
        var mistakes = Assert.Throws<PolicyException>(() => Samples.LoadEdited((find, with))).Mistakes;
        Assert.Contains(mistakes, mistake => mistake.Path == path && mistake.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"policy\"")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"policy\": 'cryptomcp/1'}")]
    [InlineData("{\"policy\": undefined}")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}")]
    public void What_is_no_policy_at_all_is_refused_with_a_place(string text) =>
        Assert.All(Assert.Throws<PolicyException>(() => Samples.Load(text)).Mistakes, mistake => Assert.True(mistake.Line >= 1 && mistake.Column >= 1));

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        byte[] bytes = [.. System.Text.Encoding.UTF8.GetBytes("{\"policy\": \""), 0xff, 0xfe, .. System.Text.Encoding.UTF8.GetBytes("\"}")];
        Assert.Throws<PolicyException>(() => PolicyDocument.Load(bytes));
    }

    [Fact]
    public void Cutting_the_file_anywhere_never_loads_and_never_crashes()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(Samples.ExampleText.TrimEnd());
        for (var length = 0; length < bytes.Length; length += 7)
        {
            Assert.Throws<PolicyException>(() => PolicyDocument.Load(bytes.AsMemory(0, length)));
        }
    }

    [Fact]
    public void A_hostile_key_does_not_reach_the_message_as_it_is()
    {
        var text = Samples.Edited(("\"need\": 1", "\"\\u001b[31m\\u202eneed\": 1"));
        var message = Assert.Throws<PolicyException>(() => Samples.Load(text)).Message;
        Assert.DoesNotContain('\u001b', message);
        Assert.DoesNotContain('\u202e', message);
    }
}
