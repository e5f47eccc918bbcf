using CryptoMcp.Evm;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Solana;

namespace CryptoMcp.Server.Chains;

/// <summary>
/// The chains that this server reads: the built-in ones and the user's file. The file is read on first use, so that a
/// broken one is reported by the tool that needs it and never keeps the server from listing its tools.
/// </summary>
public sealed class ChainTable(ServerOptions options, ChainConnections connections)
{
    private Loaded? _loaded;

    /// <summary>All chains, EVM chains first.</summary>
    /// <exception cref="ToolException"><c>invalid_chains_file</c>.</exception>
    public IReadOnlyList<ServedChain> All =>
    [
        .. Read().Evm.All.Select(chain => new EvmServedChain(chain, connections)),
        .. Read().Solana.All.Select(cluster => new SolanaServedChain(cluster, connections)),
    ];

    /// <summary>The EVM chains.</summary>
    /// <exception cref="ToolException"><c>invalid_chains_file</c>.</exception>
    public EvmChains Chains => Read().Evm;

    /// <summary>The chain that a text names, of any family.</summary>
    /// <exception cref="ToolException"><c>unknown_chain</c>, with the names that there are.</exception>
    public ServedChain Serve(string text) => Read().Solana.TryFind(text, out var cluster)
        ? new SolanaServedChain(cluster, connections)
        : new EvmServedChain(Find(text), connections);

    /// <summary>The EVM chain that a text names.</summary>
    /// <exception cref="ToolException"><c>unknown_chain</c>, with the names that there are; <c>unsupported_chain</c> for another family.</exception>
    public EvmChain Find(string text)
    {
        if (Chains.TryFind(text, out var chain, out var problem))
        {
            return chain;
        }

        throw Read().Solana.TryFind(text, out _)
            ? new ToolException("unsupported_chain", "This works on EVM chains only.", "Pass an EVM chain such as \"base\"; chain_status lists them.")
            : new ToolException(
                "unknown_chain",
                problem,
                $"Pass one of these or of {string.Join(", ", Read().Solana.All.Select(cluster => cluster.Name))}, or ask the user to add the chain to chains.json.");
    }

    private Loaded Read() => _loaded ??= Load(options.ChainsFile);

    private static Loaded Load(string? file)
    {
        if (file is null || !File.Exists(file))
        {
            return new(EvmChains.BuiltIn, SolanaClusters.BuiltIn);
        }

        try
        {
            var json = File.ReadAllBytes(file);
            return new(EvmChains.Load(json), SolanaClusters.Load(json));
        }
        catch (FormatException e) when (e is EvmFormatException or SolanaFormatException)
        {
            throw new ToolException("invalid_chains_file", e.Message, "Ask the user to correct chains.json in the CryptoMcp home directory.", e);
        }
        catch (IOException e)
        {
            throw new ToolException("invalid_chains_file", "chains.json cannot be read.", "Ask the user to check the file in the CryptoMcp home directory.", e);
        }
    }

    private sealed record Loaded(EvmChains Evm, SolanaClusters Solana);
}
