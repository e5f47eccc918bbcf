using System.Security.Cryptography;
using System.Text;

namespace CryptoMcp.Policy.Tests;

public sealed class LoadTests
{
    [Fact]
    public void The_example_loads()
    {
        var policy = Samples.Example;
        Assert.Equal(12, policy.Revision);
        Assert.Equal(7, policy.Budgets.Count);
        Assert.Equal(7, policy.Rules.Count);
        Assert.True(policy.TryFindPayee(Samples.Base, "payee:ops-vault", out var payee, out var address));
        Assert.Equal("Our Safe on Base", payee.Label);
        Assert.Equal(Samples.OpsVault, address);
        Assert.Equal(
            "main", policy.WalletOf(new(Samples.Base, Samples.Wallet.ToLowerInvariant().Replace("0X", "0x", StringComparison.Ordinal))));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Samples.ExampleText))), policy.Sha256);
    }

    [Fact]
    public void The_printed_policy_loads_and_prints_the_same()
    {
        var printed = Samples.Example.Print();
        Assert.Equal(Encoding.UTF8.GetString(printed), Encoding.UTF8.GetString(PolicyDocument.Load(printed).Print()));
    }

    [Fact]
    public void Every_mistake_is_named_with_line_column_and_path()
    {
        var text = Samples.Edited(("\"25 USD\"", "25"), ("\"revision\": 12", "\"revision\": 0"), ("\"payee:weather\"", "\"payee:wether\""));
        var mistakes = Assert.Throws<PolicyException>(() => Samples.Load(text)).Mistakes;
        Assert.Equal(["$.revision", "$.budgets[0].limit", "$.rules[1].if.to"], mistakes.Select(mistake => mistake.Path));
        Assert.Equal(4, mistakes[0].Line);
        Assert.Equal(15, mistakes[0].Column);
        Assert.All(mistakes, mistake => Assert.EndsWith(".", mistake.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Columns_count_characters_and_not_bytes()
    {
        var text = Samples.Edited(("\"label\": \"Our Safe on Base\", \"on\"", "\"label\": \"Tresor für Öl\", \"om\""));
        var line = Array.FindIndex(text.Split('\n'), part => part.Contains("\"om\"", StringComparison.Ordinal));
        var unknown = Assert.Throws<PolicyException>(() => Samples.Load(text)).Mistakes.Single(
            mistake => mistake.Path == "$.payees.ops-vault.om");
        Assert.Equal(line + 1, unknown.Line);
        Assert.Equal(text.Split('\n')[line].IndexOf("\"om\"", StringComparison.Ordinal) + 1, unknown.Column);
    }
}
