using CryptoMcp.Guard.Contracts;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard;

/// <summary>
/// Where other programs of the same user can read the guard's memory, its keys are as good as theirs: such a guard works
/// with play money only.
/// </summary>
internal static class RealNetworks
{
    /// <summary>Refuses a policy that names a real network. One that only this machine serves, such as a fork, is not real.</summary>
    /// <exception cref="GuardException">The process is not protected, and the policy names a real network.</exception>
    public static void RefuseUnprotected(PolicyDocument policy, ChainTable chains, bool isProtected)
    {
        if (isProtected)
        {
            return;
        }

        foreach (var (chain, endpoints) in policy.Rpc)
        {
            var isTest = chains.Evm.TryFind(chain, out var evm) ? evm.IsTestNetwork : chains.Solana.TryFind(chain, out var cluster) && cluster.IsTestNetwork;
            if (!isTest && !endpoints.Urls.All(url => url.IsLoopback))
            {
                throw new GuardException(
                    "unprotected",
                    $"The policy names {chain}, where money is real, and other programs of this user could read this guard's memory.",
                    "Let 'cryptomcp serve' start the guard, start it with DOTNET_EnableDiagnostics=0 on Linux, or run it under an account of its own (packaging/service).");
            }
        }
    }
}
