using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard;

/// <summary>The chains that are known: the built-in ones and the user's own from <c>chains.json</c>, by family.</summary>
/// <param name="Evm">EVM chains.</param>
/// <param name="Solana">Solana clusters.</param>
public sealed record ChainTable(EvmChains Evm, SolanaClusters Solana)
{
    /// <summary>The built-in chains alone.</summary>
    public static ChainTable BuiltIn { get; } = new(EvmChains.BuiltIn, SolanaClusters.BuiltIn);

    /// <summary>Reads the chain table of a home.</summary>
    /// <exception cref="GuardException">The user's file does not load.</exception>
    public static ChainTable Load(GuardHome home)
    {
        if (!File.Exists(home.ChainsFile))
        {
            return BuiltIn;
        }

        try
        {
            var json = File.ReadAllBytes(home.ChainsFile);
            return new(EvmChains.Load(json), SolanaClusters.Load(json));
        }
        catch (FormatException e) when (e is EvmFormatException or SolanaFormatException)
        {
            throw new GuardException("chains_invalid", $"The chain file '{home.ChainsFile}' does not load: {e.Message}", "Correct the entry; docs/chains.md shows the form.", e);
        }
    }
}
