using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Guard;

/// <summary>The chains that are known: the built-in ones and the user's own from <c>chains.json</c>.</summary>
public static class ChainTable
{
    /// <summary>Reads the chain table of a home.</summary>
    /// <exception cref="GuardException">The user's file does not load.</exception>
    public static EvmChains Load(GuardHome home)
    {
        if (!File.Exists(home.ChainsFile))
        {
            return EvmChains.BuiltIn;
        }

        try
        {
            return EvmChains.Load(File.ReadAllBytes(home.ChainsFile));
        }
        catch (EvmFormatException e)
        {
            throw new GuardException("chains_invalid", $"The chain file '{home.ChainsFile}' does not load: {e.Message}", "Correct the entry; docs/chains.md shows the form.", e);
        }
    }
}
