using CryptoMcp.Evm;
using CryptoMcp.Money;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Chains;

/// <summary>
/// The chains that this server reads: the built-in ones and the user's file. The file is read on first use, so that a
/// broken one is reported by the tool that needs it and never keeps the server from listing its tools.
/// </summary>
public sealed class ChainTable(ServerOptions options)
{
    private EvmChains? _chains;

    /// <summary>All chains.</summary>
    /// <exception cref="ToolException"><c>invalid_chains_file</c>.</exception>
    public EvmChains Chains => _chains ??= Load(options.ChainsFile);

    /// <summary>The chain that a text names.</summary>
    /// <exception cref="ToolException"><c>unknown_chain</c>, with the names that there are.</exception>
    public EvmChain Find(string text)
    {
        if (Chains.TryFind(text, out var chain, out var problem))
        {
            return chain;
        }

        throw ChainId.TryParse(text, out var id) && !id.IsEvm
            ? new ToolException("unsupported_chain", "Only EVM chains are served at present.", "Pass an EVM chain such as \"base\"; chain_status lists them.")
            : new ToolException("unknown_chain", problem, "Pass one of these, or ask the user to add the chain to chains.json.");
    }

    private static EvmChains Load(string? file)
    {
        if (file is null || !File.Exists(file))
        {
            return EvmChains.BuiltIn;
        }

        try
        {
            return EvmChains.Load(File.ReadAllBytes(file));
        }
        catch (EvmFormatException e)
        {
            throw new ToolException("invalid_chains_file", e.Message, "Ask the user to correct chains.json in the CryptoMcp home directory.", e);
        }
        catch (IOException e)
        {
            throw new ToolException("invalid_chains_file", "chains.json cannot be read.", "Ask the user to check the file in the CryptoMcp home directory.", e);
        }
    }
}
