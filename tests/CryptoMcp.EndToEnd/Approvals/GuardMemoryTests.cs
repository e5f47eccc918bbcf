using System.Globalization;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd.Approvals;

/// <summary>
/// Another process of the same user, without capabilities, looks into the guard. The kernel answers open of mem, maps and
/// environ by the check that ptrace and process_vm_readv go through as well (ptrace(2), PTRACE_MODE_ATTACH and READ).
/// Proven is that check on this kernel; root with its capabilities passes it, always.
/// </summary>
public sealed class GuardMemoryTests
{
    [Theory]
    [InlineData("environ")]
    [InlineData("mem")]
    [InlineData("maps")]
    [InlineData("auxv")]
    public async Task Another_process_of_the_same_user_reads_nothing_of_the_guard(string file)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/setpriv"), "setpriv (util-linux) is not installed.");
        await using var wallet = await TestWallet.CreateAsync();
        await using var guard = await ChildProcess.StartAsync(WithDiagnosticsClosed(wallet));
        await guard.WaitForErrorAsync("listens on");
        await using var open = await ChildProcess.StartAsync(WithoutCapabilities(new("/bin/sh", "-c", "echo ready; exec sleep 60")));
        await open.WaitForOutputAsync("ready");

        // The reader itself works: an ordinary process of the same user can be looked into.
        await using var control = await ReadAsync(open.Id, file == "mem" ? "maps" : file);
        Assert.True(control.ExitCode == 0, control.ErrorText);

        await using var reader = await ReadAsync(guard.Id, file);
        Assert.NotEqual(0, reader.ExitCode);
        Assert.Contains("ermission denied", reader.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guard_has_no_diagnostics_port_and_leaves_no_core()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only.");
        await using var wallet = await TestWallet.CreateAsync();
        await using var guard = await ChildProcess.StartAsync(WithDiagnosticsClosed(wallet));
        await guard.WaitForErrorAsync("listens on");
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{guard.Id}-*")));
        var limits = await File.ReadAllLinesAsync($"/proc/{guard.Id}/limits", TestContext.Current.CancellationToken);
        Assert.Matches(@"^Max core file size\s+0\s+0\s", limits.Single(line => line.StartsWith("Max core", StringComparison.Ordinal)));
        await using var doctor = await Product.RunAsync(wallet.Home, "doctor", "--offline");
        Assert.Contains("L1", doctor.OutputText, StringComparison.Ordinal);
    }

    private static ChildProcessStart WithDiagnosticsClosed(TestWallet wallet)
    {
        var start = Product.Command(wallet.Home, "guard");
        return WithoutCapabilities(start) with { Environment = new Dictionary<string, string?>(start.Environment) { ["DOTNET_EnableDiagnostics"] = "0" } };
    }

    private static Task<ChildProcess> ReadAsync(int process, string file) => ChildProcess.RunAsync(WithoutCapabilities(
        new("/usr/bin/head", "-c1", string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}"))));

    /// <summary>The same user without any capability, as an ordinary user's processes are, also where the tests run as root.</summary>
    private static ChildProcessStart WithoutCapabilities(ChildProcessStart start) => start with
    {
        File = "/usr/bin/setpriv",
        Arguments = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", start.File, .. start.Arguments],
    };
}
