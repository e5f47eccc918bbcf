using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CryptoMcp.Testing.Tests;

public sealed class ChildProcessTests
{
    [Fact]
    public async Task Output_errors_and_exit_code_are_kept()
    {
        await using var child = await ChildProcess.RunAsync(new ChildProcessStart("/bin/sh", "-c", "cat; echo oops >&2; exit 3"), input: "said\n");

        Assert.Equal(("said", "oops", 3), (child.OutputText, child.ErrorText, child.ExitCode));
    }

    [Fact]
    public async Task The_id_is_the_childs_own_and_a_kill_is_seen()
    {
        await using var child = await ChildProcess.StartAsync(new ChildProcessStart("/bin/sh", "-c", "echo $$; sleep 100; :"));
        Assert.Equal(child.Id.ToString(CultureInfo.InvariantCulture), await child.WaitForOutputAsync(""));

        child.Kill();

        Assert.Equal(128 + 9, await child.WaitForExitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Waiting_for_a_line_that_never_comes_ends_with_what_was_said()
    {
        await using var child = await ChildProcess.StartAsync(new ChildProcessStart("/bin/sh", "-c", "echo one; echo two >&2"));
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => child.WaitForOutputAsync("three"));

        Assert.Contains("one", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_is_an_error_and_not_a_hang()
    {
        // Where the death watch runs, it is the one that fails to find the program.
        var failed = false;
        try
        {
            await using var child = await ChildProcess.RunAsync(new ChildProcessStart("/no/such/program"));
            failed = child.ExitCode != 0;
        }
        catch (Win32Exception)
        {
            failed = true;
        }

        Assert.True(failed);
    }

    [Fact]
    public async Task The_environment_is_what_the_test_says()
    {
        await using var child = await ChildProcess.RunAsync(new ChildProcessStart("/usr/bin/env")
        {
            CleanEnvironment = true,
            Environment = new Dictionary<string, string?> { ["ONLY_THIS"] = "1", ["HOME"] = null },
        });

        Assert.Contains("ONLY_THIS=1", child.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("HOME=", child.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raw_streams_talk_both_ways()
    {
        await using var child = await ChildProcess.StartAsync(new ChildProcessStart("/bin/cat") { RawOutput = true });
        await child.Input.WriteAsync("ping"u8.ToArray(), TestContext.Current.CancellationToken);
        await child.Input.FlushAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[4];
        await child.Output.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);

        Assert.Equal("ping"u8.ToArray(), buffer);
    }

    [Fact]
    public async Task A_child_is_gone_when_the_process_that_started_it_is_killed()
    {
        if (!File.Exists("/usr/bin/setpriv"))
        {
            Assert.Skip("setpriv (util-linux) is not installed: a killed test run can leave children behind here");
        }

        // This test's own program plays the killed test run: with the variable set it starts a child, says its id and waits.
        await using var run = await ChildProcess.StartAsync(new ChildProcessStart(Environment.ProcessPath!)
        {
            Environment = new Dictionary<string, string?> { [ParentThatWaits.Variable] = "1" },
        });
        var grandchild = int.Parse((await run.WaitForOutputAsync("child ")).Split(' ')[1], CultureInfo.InvariantCulture);
        using var alive = Process.GetProcessById(grandchild);

        run.Kill();
        await run.WaitForExitAsync(TimeSpan.FromSeconds(10));

        await alive.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.True(alive.HasExited);
    }
}
