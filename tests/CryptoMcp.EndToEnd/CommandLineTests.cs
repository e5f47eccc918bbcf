using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd;

/// <summary>The command line as somebody meets it who reads its help, mistypes, and writes scripts around it.</summary>
public sealed partial class CommandLineTests
{
    [Theory]
    [InlineData("", "serve", "guard", "init", "wallet", "policy", "audit", "freeze", "doctor", "sandbox", "--home", "--json", "--version", "--help")]
    [InlineData("serve", "--http", "--port", "--token-file", "--home")]
    [InlineData("guard", "--background", "--idle-exit", "--home")]
    [InlineData("init", "--home")]
    [InlineData("wallet", "new", "import", "list", "backup")]
    [InlineData("wallet new", "NAME")]
    [InlineData("policy", "show", "check", "explain", "diff", "new", "schema")]
    [InlineData("policy new", "--template", "--chain", "research-agent", "read-only")]
    [InlineData("audit", "--verify", "--from", "watch", "export", "replay", "--json")]
    [InlineData("audit export", "--csv", "--json")]
    [InlineData("audit watch", "--last")]
    [InlineData("freeze", "--off", "--reason")]
    [InlineData("doctor", "--offline", "--json")]
    [InlineData("sandbox", "--tour", "--port")]
    public async Task Help_names_what_there_is(string command, params string[] names)
    {
        await using var home = new EmptyHome();
        await using var help = await home.RunAsync([.. Words(command), "--help"]);

        Assert.Equal(0, help.ExitCode);
        Assert.All(names, name => Assert.Contains(name, help.OutputText, StringComparison.Ordinal));
        Assert.Empty(help.ErrorText);
    }

    [Fact]
    public async Task The_help_tells_scripts_the_exit_codes_that_these_tests_see()
    {
        await using var home = new EmptyHome();
        await using var help = await home.RunAsync("--help");
        Assert.Contains(
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check did not pass, 4 refused by the guard.", help.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        await using var home = new EmptyHome();
        await using var version = await home.RunAsync("--version");
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n?$", version.OutputText);
    }

    [Fact]
    public async Task Every_command_of_the_readme_exists()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "README.md"), TestContext.Current.CancellationToken);
        var commands = ReadmeCommand().Matches(readme).Select(match => match.Groups["words"].Value.Trim()).Distinct().ToList();
        Assert.True(commands.Count >= 8, string.Join('\n', commands));

        await using var home = new EmptyHome();
        foreach (var command in commands)
        {
            await using var help = await home.RunAsync([.. Words(command), "--help"]);
            Assert.True(help.ExitCode == 0, $"cryptomcp {command}: {help.ErrorText}");
            Assert.True(help.OutputText.Contains($"cryptomcp {command.Split(" --")[0]}", StringComparison.Ordinal), $"cryptomcp {command}:\n{help.OutputText}");
            Assert.True(Words(command).Where(word => word.StartsWith("--", StringComparison.Ordinal)).All(help.OutputText.Contains), command);
        }
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("")]
    [InlineData("wallet")]
    [InlineData("policy bogus")]
    [InlineData("policy check")]
    [InlineData("policy new --template bogus")]
    [InlineData("serve --bogus")]
    [InlineData("serve --http --port 99999")]
    [InlineData("serve --http --port x")]
    [InlineData("sandbox --port -1")]
    [InlineData("guard --idle-exit 0")]
    [InlineData("policy check /no/such/file")]
    [InlineData("serve --http --token-file /no/such/file")]
    public async Task Wrong_usage_is_explained_with_exit_code_2(string command)
    {
        await using var home = new EmptyHome();
        await using var run = await home.RunAsync(Words(command));

        Assert.True(run.ExitCode == 2, $"{run.ExitCode}\n{run.ErrorText}{run.OutputText}");
        Assert.DoesNotContain("   at ", run.ErrorText, StringComparison.Ordinal);
        Assert.NotEmpty(run.ErrorText.Trim());
        Assert.True(
            run.OutputText.Contains("Usage:", StringComparison.Ordinal) || run.ErrorText.Contains("Next: ", StringComparison.Ordinal),
            "neither help nor a next step");
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Folder));
    }

    [Theory]
    [InlineData("wallet new")]
    [InlineData("wallet import")]
    [InlineData("wallet backup")]
    [InlineData("freeze --off")]
    public async Task What_only_the_owner_may_do_needs_a_terminal(string command)
    {
        await using var home = new EmptyHome();
        await using var frozen = await home.RunAsync("freeze");
        await using var run = await ChildProcess.RunAsync(Product.Command(home.Folder, Words(command)), input: "unfreeze\nshow\n");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("terminal_needed: ", run.ErrorText, StringComparison.Ordinal);
        Assert.Contains("Next: ", run.ErrorText, StringComparison.Ordinal);
        Assert.Empty(run.OutputText);
        Assert.True(File.Exists(Path.Combine(home.GuardFolder, "FROZEN")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(home.GuardFolder, "wallets")));
    }

    [Theory]
    [InlineData("wallet import main 0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")]
    [InlineData("wallet import --key 0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")]
    [InlineData("wallet import 4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")]
    [InlineData("wallet import abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about")]
    [InlineData("wallet new main --passphrase correct-horse")]
    public async Task A_secret_is_never_taken_from_the_arguments(string command)
    {
        await using var home = new EmptyHome();
        await using var run = await home.RunAsync(Words(command));

        Assert.Contains(run.ExitCode, new[] { 1, 2 });
        Assert.False(Directory.Exists(Path.Combine(home.GuardFolder, "wallets")) && Directory.EnumerateFiles(Path.Combine(home.GuardFolder, "wallets")).Any());
    }

    [Fact]
    public async Task Init_makes_a_home_once_and_then_changes_nothing()
    {
        await using var home = new EmptyHome();
        await using var first = await home.RunAsync("init");
        Assert.True(first.ExitCode == 0, first.ErrorText);
        var files = Contents(home);
        Assert.NotEmpty(files);

        await using var second = await home.RunAsync("init");
        await using var list = await home.RunAsync("wallet", "list");
        await using var json = await home.RunAsync("wallet", "list", "--json");

        Assert.Equal(0, second.ExitCode);
        Assert.Contains("Nothing to do", second.OutputText, StringComparison.Ordinal);
        Assert.Equal(files, Contents(home));
        var wallet = Assert.Single(JsonNode.Parse(json.OutputText)!.AsArray())!;
        var address = wallet["evm_address"]!.GetValue<string>();
        Assert.Equal("main", wallet["name"]!.GetValue<string>());
        Assert.Contains(address, list.OutputText, StringComparison.Ordinal);
        foreach (var run in new[] { first, second })
        {
            Assert.Contains(address, run.OutputText, StringComparison.Ordinal);
            var entry = JsonNode.Parse(run.OutputText[run.OutputText.IndexOf('{', StringComparison.Ordinal)..])!["mcpServers"]!["cryptomcp"]!;
            Assert.True(File.Exists(entry["command"]!.GetValue<string>()));
            Assert.Equal("serve", entry["args"]![0]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task The_doctor_finds_nothing_wrong_with_a_fresh_home_and_says_how_to_close_an_open_one()
    {
        await using var home = new EmptyHome();
        await using var fresh = await home.RunAsync("doctor", "--offline");
        await using var init = await home.RunAsync("init");
        await using var ready = await home.RunAsync("doctor", "--offline", "--json");
        Assert.True(fresh.ExitCode == 0, fresh.OutputText);
        Assert.Contains("cryptomcp init", fresh.OutputText, StringComparison.Ordinal);
        Assert.True(ready.ExitCode == 0, ready.OutputText);
        Assert.All(JsonNode.Parse(ready.OutputText)!.AsArray(), finding => Assert.Equal("ok", finding!["grade"]!.GetValue<string>()));

        File.SetUnixFileMode(home.GuardFolder, File.GetUnixFileMode(home.GuardFolder) | UnixFileMode.GroupRead);
        await using var open = await home.RunAsync("doctor", "--offline");
        await using var json = await home.RunAsync("doctor", "--offline", "--json");

        Assert.Equal(3, open.ExitCode);
        Assert.Contains($"chmod go-rwx '{home.GuardFolder}'", open.OutputText, StringComparison.Ordinal);
        Assert.Equal(3, json.ExitCode);
        Assert.Equal("bad", JsonNode.Parse(json.OutputText)![0]!["grade"]!.GetValue<string>());
    }

    private static string[] Words(string command) => command.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, string> Contents(EmptyHome home) => Directory
        .EnumerateFiles(home.Folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));

    // The words of a command up to its first argument or comment; capitals stand for what a person fills in.
    [GeneratedRegex(@"^(\./)?cryptomcp (?<words>[a-z][a-z -]*)", RegexOptions.Multiline)]
    private static partial Regex ReadmeCommand();
}
