using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Evm;

/// <summary>What went wrong with a chain, in words for people and agents. Always before anything was signed.</summary>
internal static class ChainProblems
{
    public static GuardException Of(EvmRpcException e, EvmChain chain) => e.Kind switch
    {
        EvmRpcFailure.WrongChain => new(
            "wrong_chain", $"An endpoint for {chain.Title} serves another chain: {e.Message}", "Nothing was signed. Tell the owner to correct the endpoint in the policy.", e),
        EvmRpcFailure.Disagreement => new(
            "endpoints_disagree", $"The endpoints for {chain.Title} do not agree: {e.Message}", "Nothing was signed. Try again later; if it persists, tell the owner.", e),
        EvmRpcFailure.BadAnswer or EvmRpcFailure.TooLarge => new(
            "chain_answer_unusable", $"An endpoint for {chain.Title} gave an unusable answer: {e.Message}", "Nothing was signed. Try again later; if it persists, tell the owner.", e),
        _ => new(
            "chain_unreachable", $"{chain.Title} cannot be asked: {e.Message}", "Nothing was signed. Try again later; if it persists, tell the owner.", e),
    };
}
