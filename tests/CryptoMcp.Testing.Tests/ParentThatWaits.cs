using System.Runtime.CompilerServices;

namespace CryptoMcp.Testing.Tests;

/// <summary>
/// Lets this test program play a test run that is killed: with the variable set it starts a child, says the child's id, and waits
/// for its own end instead of running tests.
/// </summary>
internal static class ParentThatWaits
{
    public const string Variable = "CRYPTOMCP_TEST_PARENT_THAT_WAITS";

    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            var child = ChildProcess.StartAsync(new ChildProcessStart("/bin/sleep", "1000")).GetAwaiter().GetResult();
            Console.WriteLine($"child {child.Id}");
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
