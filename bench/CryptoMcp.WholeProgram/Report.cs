using System.Globalization;

namespace CryptoMcp.WholeProgram;

/// <summary>Figures of one run, printed as a table.</summary>
internal sealed class Report
{
    private readonly List<(string What, string Figure, string Goal)> _rows = [];

    public void Add(string what, string figure, string goal = "") => _rows.Add((what, figure, goal));

    /// <summary>Median and 99th percentile of times in milliseconds.</summary>
    public void AddTimes(string what, List<double> milliseconds, string goal = "")
    {
        milliseconds.Sort();
        Add(what, string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):0.00} ms, p99 {At(0.99):0.00} ms (n = {milliseconds.Count})"), goal);
        double At(double share) => milliseconds[(int)Math.Min(milliseconds.Count - 1, share * milliseconds.Count)];
    }

    public void Print()
    {
        Console.WriteLine("| What | Measured | Goal |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var (what, figure, goal) in _rows)
        {
            Console.WriteLine($"| {what} | {figure} | {goal} |");
        }
    }
}
