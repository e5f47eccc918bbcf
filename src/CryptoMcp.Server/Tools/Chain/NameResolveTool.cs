using CryptoMcp.Evm;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Chain;

/// <summary><c>name_resolve</c>: ENS in both directions, for showing only.</summary>
internal sealed class NameResolveTool(ChainTable table, ChainConnections connections)
    : PreparedTool<NameResult>(Facts, ToolResultsJson.Default.NameResult)
{
    private const string ShownOnly =
        "Shown only, never paid: a name can point elsewhere tomorrow. Have the user confirm the address, or the owner add it as a payee.";

    public static ToolFacts Facts { get; } = new()
    {
        Name = "name_resolve",
        Title = "Resolve an ENS name",
        Description = "Resolves an ENS name to its address, or an address to its ENS name (reverse lookup, confirmed forward). For showing "
            + "only: transfers never take names, so pass the address once the user has confirmed it, or a payee.",
        Effect = ToolEffect.ReadsChain,
        Arguments =
        [
            Argument.Required("name", "ENS name such as \"vitalik.eth\", or a full address."),
            Argument.Optional("chain", "Where ENS is read; default ethereum."),
        ],
    };

    /// <inheritdoc/>
    protected override Task<NameResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        var chain = table.Find(call.Find("chain") ?? "ethereum");
        if (chain.EnsRegistry is null)
        {
            throw new ToolException("no_names_here", $"{chain.Name} has no ENS.", "Leave 'chain' out: names are kept on ethereum.");
        }

        var text = call.Text("name");
        if (text.StartsWith("0x", StringComparison.Ordinal) && !text.Contains('.', StringComparison.Ordinal))
        {
            return EvmAddress.TryParse(text, out var address, out var wrong)
                ? connections.AskAsync(chain, (rpc, token) => ReverseAsync(rpc, address, token), ct)
                : throw new ToolException("invalid_address", wrong, "Pass the full address, or an ENS name.");
        }

        return EnsName.TryParse(text, out var name, out var problem)
            ? connections.AskAsync(chain, (rpc, token) => ForwardAsync(rpc, name, token), ct)
            : throw new ToolException("invalid_name", problem, "Pass a name such as \"vitalik.eth\", or a full address.");
    }

    private static async Task<NameResult> ForwardAsync(EvmRpc rpc, EnsName name, CancellationToken ct)
    {
        try
        {
            var address = await new Ens(rpc).ResolveAsync(name, ct).ConfigureAwait(false);
            return new()
            {
                Address = address?.ToString(),
                UntrustedName = name.Text,
                Verified = address is not null,
                Note = address is null ? "The name points to no address." : ShownOnly,
            };
        }
        catch (EvmFormatException e)
        {
            throw new ToolException("name_unresolved", e.Message, "Ask the user for the full address.", e);
        }
    }

    private static async Task<NameResult> ReverseAsync(EvmRpc rpc, EvmAddress address, CancellationToken ct)
    {
        var name = await new Ens(rpc).ReverseAsync(address, ct).ConfigureAwait(false);
        return new()
        {
            Address = address.ToString(),
            UntrustedName = name?.Text,
            Verified = name is not null,
            Note = name is null ? "No name that points back to this address." : ShownOnly,
        };
    }
}
