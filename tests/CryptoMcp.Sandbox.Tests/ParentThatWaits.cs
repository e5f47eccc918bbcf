using System.Runtime.CompilerServices;

namespace CryptoMcp.Sandbox.Tests;

/// <summary>
/// Lets this test program play a sandbox that is killed: with the variable set (to the path of anvil) it starts a chain, says its
/// address, and waits for its own end instead of running tests.
/// </summary>
internal static class ParentThatWaits
{
    public const string Variable = "CRYPTOMCP_TEST_SANDBOX_THAT_WAITS";

    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } anvil)
        {
            Task.Run(() => SayAsync(anvil));
        }
    }

    private static async Task SayAsync(string anvil)
    {
        var chain = await LocalChain.StartAsync(anvil, new LocalChainOptions(), CancellationToken.None);
        Console.WriteLine($"chain {chain.Url}");
        GC.KeepAlive(chain);
    }
}
