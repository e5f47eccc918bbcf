using System.Text;
using CryptoMcp.EndToEnd.Fixtures;
using CryptoMcp.Testing;

namespace CryptoMcp.EndToEnd.Approvals;

/// <summary>A command at a terminal of its own, which <c>script</c> makes, typed at line by line as its prompts come.</summary>
internal static class TerminalRun
{
    /// <summary>Types each line after the next prompt (<c>…: </c>) and returns everything that stood on the terminal.</summary>
    public static async Task<string> TypeAsync(string home, string command, params IReadOnlyList<string> lines)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script (bsdutils) is not installed.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var start = Product.Command(home);
        await using var process = await ChildProcess.StartAsync(start with
        {
            File = "/usr/bin/script",
            Arguments = ["-qfec", $"{Product.Executable} {command}", "/dev/null"],
            RawOutput = true,
        });
        var shown = new StringBuilder();
        var typed = 0;
        var prompted = 0;
        var buffer = new byte[4096];
        for (int read; (read = await process.Output.ReadAsync(buffer, limit.Token)) > 0;)
        {
            shown.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var text = shown.ToString();
            if (typed < lines.Count && text.Length > prompted && text.EndsWith(": ", StringComparison.Ordinal))
            {
                prompted = text.Length;
                await process.Input.WriteAsync(Encoding.UTF8.GetBytes(lines[typed++] + "\r"), limit.Token);
                await process.Input.FlushAsync(limit.Token);
            }
        }

        return shown.ToString();
    }
}
