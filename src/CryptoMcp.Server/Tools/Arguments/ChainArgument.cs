using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Tools.Arguments;

/// <summary>One chain, or several separated by commas.</summary>
internal static class ChainArgument
{
    /// <summary>One line for the schema.</summary>
    public const string Help = "e.g. \"base\", \"solana\" or \"eip155:8453\".";

    /// <summary>One line for the schema where several may be named.</summary>
    public const string HelpSeveral = "Comma-separated, e.g. \"base, optimism\"; default: ";

    private const int MostChains = 16;

    /// <summary>Reads a comma-separated list; every name must be known and none may occur twice.</summary>
    /// <exception cref="ToolException"><c>unknown_chain</c> or <c>too_many_chains</c>.</exception>
    public static List<ServedChain> ReadSeveral(ChainTable table, string text)
    {
        var chains = new List<ServedChain>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var chain = table.Serve(name);
            if (!chains.Contains(chain))
            {
                chains.Add(chain);
            }
        }

        return chains.Count is >= 1 and <= MostChains
            ? chains
            : throw new ToolException("too_many_chains", $"1 to {MostChains} chains can be asked at once.", "Name fewer chains.");
    }
}
