using System.Collections.Concurrent;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm;

/// <summary>One EVM chain as the guard sees it, with what it has already checked there.</summary>
internal sealed class EvmNetwork : IDisposable
{
    private readonly ConcurrentDictionary<string, Task> _checks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<EvmAddress, ulong> _nonceHints = new();

    public EvmNetwork(EvmChain chain, RpcEndpoints endpoints, TimeProvider clock)
    {
        // The policy's endpoints count, not the table's: the owner decides whom the guard believes.
        Chain = chain with
        {
            RpcUrls = endpoints.Urls,
            Finality = chain.Finality.Kind == FinalityKind.Depth ? chain.Finality : endpoints.Final == "safe" ? FinalityRule.Safe : FinalityRule.Finalized,
        };
        Rpc = new EvmRpc(Chain, new EvmRpcOptions { Agree = endpoints.Agree }, clock);
        Fees = new FeeEstimator(Rpc);
        Gas = new GasMemory(clock);
    }

    /// <summary>The chain, with the policy's endpoints.</summary>
    public EvmChain Chain { get; }

    /// <summary>The client.</summary>
    public EvmRpc Rpc { get; }

    /// <summary>Current fees.</summary>
    public FeeEstimator Fees { get; }

    /// <summary>Gas of token transfers.</summary>
    public GasMemory Gas { get; }

    /// <summary>
    /// The account's nonce as the chain had it when it was first asked. The ledger counts on from there; the follower
    /// notices when somebody else uses the key.
    /// </summary>
    public async ValueTask<ulong> NonceHintAsync(EvmAddress account, CancellationToken ct)
    {
        if (!_nonceHints.TryGetValue(account, out var hint))
        {
            hint = await Rpc.AgreedAsync(EvmRequests.TransactionCount(account, BlockTag.Latest), ct);
            _nonceHints.TryAdd(account, hint);
        }

        return hint;
    }

    /// <summary>Compares a token's decimals on chain with the pinned ones, once per start.</summary>
    /// <exception cref="GuardException">They differ, or the contract is not there.</exception>
    public async ValueTask CheckPinnedAsync(Asset asset)
    {
        if (asset.Id.IsNative)
        {
            return;
        }

        await CheckOnceAsync($"decimals:{asset.Id}", () => CompareDecimalsAsync(asset));
    }

    /// <summary>Compares something on chain with what is pinned, once per start; a check that failed is made again.</summary>
    /// <param name="what">Names the check.</param>
    /// <param name="check">Throws when it does not hold. Callers share it, so it does not end with the first of them.</param>
    public async ValueTask CheckOnceAsync(string what, Func<Task> check)
    {
        var running = _checks.GetOrAdd(what, _ => check());
        try
        {
            await running;
        }
        catch
        {
            _checks.TryRemove(new(what, running));
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Fees.Dispose();
        Rpc.Dispose();
    }

    private async Task CompareDecimalsAsync(Asset asset)
    {
        var contract = EvmAddress.Parse(asset.Id.Reference);
        byte[] answer;
        try
        {
            answer = await Rpc.AgreedAsync(EvmRequests.Call(new CallRequest { To = contract, Data = Erc20.DecimalsFunction.Encode() }, BlockTag.Latest), CancellationToken.None);
        }
        catch (EvmRpcException e) when (e.Kind == EvmRpcFailure.RpcError)
        {
            answer = [];
        }

        if (answer.Length != 32 || answer.AsSpan(0, 31).IndexOfAnyExcept((byte)0) >= 0 || answer[31] != asset.Decimals)
        {
            throw new GuardException(
                "token_mismatch",
                $"The contract {contract} on {Chain.Title} does not report the {asset.Decimals} decimals that the policy pins for {asset.Symbol}; the endpoint or the pin is wrong.",
                "Nothing was signed. Tell the owner to check the asset's address in the policy and the chain's endpoint.");
        }
    }
}
