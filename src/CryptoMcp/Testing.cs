using System.Diagnostics;
using CryptoMcp.Ledger;

namespace CryptoMcp;

/// <summary>
/// Lets a crash test choose where this process dies: <c>CRYPTOMCP_TEST_FAILPOINT=name[:count]</c> kills it, as SIGKILL
/// would, when it comes to that place for the count-th time. It can only ever stop the program, never make it do anything.
/// </summary>
internal static class Testing
{
    private const string Variable = "CRYPTOMCP_TEST_FAILPOINT";

    public static IFailPoints FailPointsFromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? new DeathAt(text) : NoFailPoints.Instance;

    private sealed class DeathAt : IFailPoints
    {
        private readonly string _name;
        private int _left;

        public DeathAt(string text)
        {
            var parts = text.Split(':');
            _name = parts[0];
            _left = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 1;
        }

        public void Reach(string name)
        {
            if (name == _name && Interlocked.Decrement(ref _left) == 0)
            {
                using var self = Process.GetCurrentProcess();
                self.Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }
}
