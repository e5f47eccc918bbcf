using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CryptoMcp.WholeProgram;

/// <summary>From process start to the first list of tools over stdio, and the memory then.</summary>
internal static class StartUp
{
    private const int Runs = 25;

    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}""";

    private const string Initialized = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";
    private const string List = """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""";

    public static async Task MeasureAsync(string program, Report report)
    {
        var times = new List<double>();
        var memory = new List<double>();
        var warm = new List<double>();
        for (var run = 0; run < Runs + 2; run++)
        {
            var (elapsed, first, later) = await OnceAsync(program);
            if (run >= 2)
            {
                times.Add(elapsed);
                memory.Add(first);
                warm.Add(later);
            }
        }

        report.AddTimes("Start to first tools/list, stdio", times, "below 100 ms");
        report.Add("Resident memory at that moment", Megabytes(memory), "≤ 60 MiB");
        report.Add("Resident memory a second later, SDK warm", Megabytes(warm), "≤ 60 MiB");
    }

    private static async Task<(double Milliseconds, double First, double Later)> OnceAsync(string program)
    {
        var home = Directory.CreateTempSubdirectory("cmb-");
        var start = new ProcessStartInfo(program, ["serve", "--home", home.FullName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var began = Stopwatch.GetTimestamp();
        using var server = Process.Start(start)!;
        await server.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes($"{Initialize}\n{Initialized}\n{List}\n"));
        await server.StandardInput.BaseStream.FlushAsync();
        while (await server.StandardOutput.ReadLineAsync() is { } line && !line.Contains("\"id\":2", StringComparison.Ordinal))
        {
        }

        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        var first = ResidentMegabytes(server.Id);
        await Task.Delay(1000);
        var later = ResidentMegabytes(server.Id);
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        home.Delete(recursive: true);
        return (elapsed, first, later);
    }

    internal static double ResidentMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static string Megabytes(List<double> values)
    {
        values.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{values[values.Count / 2]:0.0} MiB");
    }
}
