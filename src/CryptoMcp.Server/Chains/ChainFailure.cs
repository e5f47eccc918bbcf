using System.Globalization;
using CryptoMcp.Evm;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Solana;

namespace CryptoMcp.Server.Chains;

/// <summary>
/// Says in our own words why a chain could not be read. What the node said of itself stays out: it is text that anybody
/// who runs an endpoint can choose.
/// </summary>
internal static class ChainFailure
{
    private const string Elsewhere = "Try again shortly, or ask the user to name another endpoint for this chain in chains.json.";

    public static ToolException Of(EvmChain chain, EvmRpcException error) => error.Kind switch
    {
        EvmRpcFailure.Unreachable => new("chain_unreachable", $"{chain.Name}: {error.Endpoint} cannot be reached.", Elsewhere, error),
        EvmRpcFailure.TimedOut => Silent(chain.Name, error),
        EvmRpcFailure.HttpStatus => new(
            "chain_unreachable",
            string.Create(CultureInfo.InvariantCulture, $"{chain.Name}: {error.Endpoint} answered with HTTP status {error.Status}."),
            Elsewhere,
            error),
        EvmRpcFailure.WrongChain => new(
            "wrong_chain",
            $"{chain.Name}: {error.Endpoint} serves another chain than {chain.Id}.",
            "Do not rely on this endpoint; ask the user to correct it in chains.json.",
            error),
        EvmRpcFailure.RpcError => new(
            "chain_error",
            string.Create(CultureInfo.InvariantCulture, $"{chain.Name}: {error.Endpoint} refused the request with error {error.Code}."),
            Elsewhere,
            error),
        _ => new("chain_answer", $"{chain.Name}: {error.Endpoint} answered with something that is no valid answer.", Elsewhere, error),
    };

    public static ToolException Of(SolanaCluster cluster, SolanaRpcException error) => error.Kind switch
    {
        SolanaRpcFailure.Unreachable => new("chain_unreachable", $"{cluster.Name}: {error.Endpoint} cannot be reached.", Elsewhere, error),
        SolanaRpcFailure.TimedOut => Silent(cluster.Name, error),
        SolanaRpcFailure.HttpStatus => new(
            "chain_unreachable",
            string.Create(CultureInfo.InvariantCulture, $"{cluster.Name}: {error.Endpoint} answered with HTTP status {error.Status}."),
            Elsewhere,
            error),
        SolanaRpcFailure.WrongCluster => new(
            "wrong_chain",
            $"{cluster.Name}: {error.Endpoint} serves another cluster than {cluster.Id}.",
            "Do not rely on this endpoint; ask the user to correct it in chains.json.",
            error),
        SolanaRpcFailure.RpcError => new(
            "chain_error",
            string.Create(CultureInfo.InvariantCulture, $"{cluster.Name}: {error.Endpoint} refused the request with error {error.Code}."),
            Elsewhere,
            error),
        _ => new("chain_answer", $"{cluster.Name}: {error.Endpoint} answered with something that is no valid answer.", Elsewhere, error),
    };

    public static ToolException Silent(string chain, Exception inner) =>
        new("chain_timeout", $"{chain} did not answer in time.", Elsewhere, inner);
}
