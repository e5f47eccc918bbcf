using CryptoMcp.Guard.Contracts;
using CryptoMcp.Solana;

namespace CryptoMcp.Guard.Solana;

/// <summary>What went wrong with a cluster, in words for people and agents. Always before anything was signed.</summary>
internal static class SolanaProblems
{
    private const string Later = "Nothing was signed. Try again later; if it persists, tell the owner.";

    public static GuardException Of(SolanaRpcException e, SolanaCluster cluster) => e.Kind switch
    {
        SolanaRpcFailure.WrongCluster => new(
            "wrong_chain", $"An endpoint for {cluster.Title} serves another cluster: {e.Message}", "Nothing was signed. Tell the owner to correct the endpoint in the policy.", e),
        SolanaRpcFailure.Disagreement => new("endpoints_disagree", $"The endpoints for {cluster.Title} do not agree: {e.Message}", Later, e),
        SolanaRpcFailure.BadAnswer => new("chain_answer_unusable", $"An endpoint for {cluster.Title} gave an unusable answer: {e.Message}", Later, e),
        _ => new("chain_unreachable", $"{cluster.Title} cannot be asked: {e.Message}", Later, e),
    };
}
