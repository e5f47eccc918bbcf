using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd;

/// <summary>A guard whose socket is shared with a group, as under an account of its own; and one that is not protected at all.</summary>
public sealed class OwnAccountTests
{
    [Fact]
    public async Task A_shared_socket_is_open_to_its_group_and_servers_use_it_without_starting_a_guard()
    {
        await using var home = new EmptyHome();
        var socket = Path.Combine(home.Folder, "shared.sock");
        await using (var before = await RunAsync(home, socket, "policy", "show"))
        {
            Assert.Equal(1, before.ExitCode);
            Assert.StartsWith("guard_not_running: ", before.ErrorText, StringComparison.Ordinal);
        }

        var start = Product.Command(home.Folder, "guard");
        await using var guard = await ChildProcess.StartAsync(start with { Environment = With(start, socket) });
        await guard.WaitForErrorAsync("listens on");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(socket));
        await using var show = await RunAsync(home, socket, "policy", "show");
        await using var doctor = await RunAsync(home, socket, "doctor", "--offline");
        Assert.True(show.ExitCode == 0, show.ErrorText);
        Assert.Contains("L2: an account of its own", doctor.OutputText, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(home.GuardFolder, "guard.sock")), "A server started a guard of its own.");
    }

    [Fact]
    public async Task A_guard_that_others_can_read_refuses_real_networks()
    {
        await using var home = new EmptyHome();
        await using var init = await home.RunAsync("init");
        await using var made = await home.RunAsync("policy", "new", "--template", "research-agent", "--chain", "base");
        await File.WriteAllTextAsync(Path.Combine(home.GuardFolder, "policy.json"), made.OutputText, TestContext.Current.CancellationToken);
        var start = Product.Command(home.Folder, "guard");
        await using var guard = await ChildProcess.RunAsync(start with
        {
            Environment = new Dictionary<string, string?>(start.Environment) { ["DOTNET_EnableDiagnostics"] = "1" },
        });
        Assert.Equal(1, guard.ExitCode);
        Assert.Contains("unprotected: ", guard.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRIVATE_KEY", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")]
    [InlineData("WALLET_MNEMONIC", "test test test test test test test test test test test junk")]
    public async Task J1_A_key_in_the_environment_stops_the_start_and_is_not_repeated(string name, string secret)
    {
        await using var home = new EmptyHome();
        var start = Product.Command(home.Folder, "guard");
        await using var guard = await ChildProcess.RunAsync(start with { Environment = new Dictionary<string, string?>(start.Environment) { [name] = secret } });
        Assert.Equal(1, guard.ExitCode);
        Assert.StartsWith("key_in_environment: ", guard.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, guard.ErrorText + guard.OutputText, StringComparison.Ordinal);
        Assert.False(Directory.Exists(home.GuardFolder));
    }

    private static Task<ChildProcess> RunAsync(EmptyHome home, string socket, params string[] arguments)
    {
        var start = Product.Command(home.Folder, arguments);
        return ChildProcess.RunAsync(start with { Environment = With(start, socket) });
    }

    private static Dictionary<string, string?> With(ChildProcessStart start, string socket) =>
        new(start.Environment) { ["CRYPTOMCP_GUARD_SOCKET"] = socket, ["DOTNET_EnableDiagnostics"] = "0" };
}
