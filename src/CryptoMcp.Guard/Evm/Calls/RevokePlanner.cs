using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Evm.Calls;

/// <summary>
/// Plans the end of an allowance: <c>approve(spender, 0)</c>, or Permit2's <c>lockdown</c>. It moves nothing and lets nobody do
/// anything, so its only effect is its fee; still a rule has to open it, since even that costs.
/// </summary>
internal sealed class RevokePlanner(EvmNetworks networks) : IPlanner
{
    private static readonly AbiFunction s_supportsInterface = AbiFunction.Parse("function supportsInterface(bytes4 interfaceId) view returns (bool)");
    private static readonly byte[] s_erc721 = [0x80, 0xac, 0x58, 0xcd];

    /// <inheritdoc/>
    public bool Handles(Intent intent) => intent is AllowanceRevokeIntent;

    /// <inheritdoc/>
    public Plan Sketch(Intent intent, PolicyDocument policy) => Sketch(Read((AllowanceRevokeIntent)intent, policy), policy);

    /// <inheritdoc/>
    public async ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, PlanDepth depth, CancellationToken ct)
    {
        var revoke = Read((AllowanceRevokeIntent)intent, policy);
        try
        {
            await RequireLiveAsync(revoke, ct);
            return await EvmCallPlanner.PlanAsync(revoke.Call, Sketch(revoke, policy), ct);
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, revoke.Call.Network.Chain);
        }
    }

    private Revoke Read(AllowanceRevokeIntent intent, PolicyDocument policy)
    {
        var network = networks.Find(intent.Chain);
        var from = TransferRequest.WalletOf(intent, policy);
        var token = TokenOf(intent.Token, policy, network.Chain);
        var spender = SpenderOf(intent.Spender, policy, network.Chain);
        var function = intent.ViaPermit2 ? Permit2.LockdownFunction : Erc20.ApproveFunction;
        AbiValue[] arguments = intent.ViaPermit2 ? [AbiValue.List(AbiValue.List(token, spender))] : [spender, BigInteger.Zero];
        return new(token, spender, new()
        {
            Network = network,
            Account = new AccountId(network.Chain.Id, from.ToString()),
            From = from,
            Contract = intent.ViaPermit2 ? Permit2.Address : token,
            Function = function,
            Arguments = arguments,
            Calldata = function.Encode(arguments),
            Value = Amount.Zero(network.Chain.Native),
        });
    }

    /// <summary>
    /// Only what is an allowance now is revoked: <c>approve(address,uint256)</c> with 0 gives the piece number 0 away where the
    /// contract is an ERC-721 collection.
    /// </summary>
    private static async ValueTask RequireLiveAsync(Revoke revoke, CancellationToken ct)
    {
        var (call, rpc) = (revoke.Call, revoke.Call.Network.Rpc);
        var viaPermit2 = call.Contract == Permit2.Address;
        var batch = rpc.CreateBatch();
        var allowance = batch.Add(EvmRequests.Call(
            viaPermit2
                ? new() { To = Permit2.Address, Data = Permit2.AllowanceFunction.Encode(call.From, revoke.Token, revoke.Spender) }
                : new() { To = revoke.Token, Data = Erc20.AllowanceFunction.Encode(call.From, revoke.Spender) },
            BlockTag.Latest));
        var collection = batch.Add(EvmRequests.Call(new() { To = revoke.Token, Data = s_supportsInterface.Encode(s_erc721) }, BlockTag.Latest));
        await batch.SendAsync(ct);
        if (IsTrue(collection) || First(viaPermit2 ? Permit2.AllowanceFunction : Erc20.AllowanceFunction, allowance) is not { Sign: > 0 })
        {
            throw new GuardException(
                "nothing_to_revoke",
                $"{revoke.Spender} has no allowance of {revoke.Token} on {call.Network.Chain.Title}{(viaPermit2 ? " inside Permit2" : string.Empty)}.",
                "allowance_list shows the allowances that are live.");
        }
    }

    private static BigInteger? First(AbiFunction function, RpcAnswer<byte[]> answer)
    {
        try
        {
            return answer.Error is null ? function.DecodeResult(answer.Value)[0].AsNumber() : null;
        }
        catch (EvmFormatException)
        {
            return null;
        }
    }

    private static bool IsTrue(RpcAnswer<byte[]> answer) => answer.Error is null && answer.Value is { Length: 32 } word && word[31] == 1;

    private static EvmAddress TokenOf(string text, PolicyDocument policy, EvmChain chain) =>
        policy.TryFindAsset(chain.Id, text, out var asset) && !asset.Id.IsNative ? EvmAddress.Parse(asset.Id.Reference)
        : EvmAddress.TryParse(text, out var address, out var problem) ? address
        : throw new GuardException("invalid_token", problem, "Give the token's full address, or its symbol in the policy.");

    private static EvmAddress SpenderOf(string text, PolicyDocument policy, EvmChain chain) =>
        policy.TryFindPayee(chain.Id, text, out _, out var payee) ? EvmAddress.Parse(payee)
        : EvmAddress.TryParse(text, out var address, out var problem) ? address
        : throw new GuardException("invalid_address", problem, "Give the spender's full address as allowance_list shows it.");

    private static Plan Sketch(Revoke revoke, PolicyDocument policy)
    {
        var (call, chain) = (revoke.Call, revoke.Call.Network.Chain);
        var cap = policy.Limits.Fee.TryGetValue(chain.Id, out var fee) ? fee : Amount.Zero(chain.Native);
        var token = policy.TryFindAsset(AssetId.Token(chain.Id, revoke.Token.ToString()), out var asset) ? asset.Symbol : $"token {revoke.Token}";
        return new()
        {
            Operation = Operations.ApproveToken,
            Account = call.Account,
            Summary = $"revoke what {revoke.Spender} may take of {token}{(call.Contract == Permit2.Address ? " through Permit2" : string.Empty)} on {chain.Title}",
            Effects = [new Effect.Fee(cap)],
            Details = new() { Contract = call.Contract.ToString(), Function = call.Function.Signature },
            Canonical = $"allowance.revoke|{call.Account}|{revoke.Token}|{revoke.Spender}|{call.Contract}",
            To = revoke.Spender.ToString(),
            FeeAtMost = cap,
            Notes = [$"The chain was not asked, so the fee is not in this; the policy caps it at {cap}."],
        };
    }

    private sealed record Revoke(EvmAddress Token, EvmAddress Spender, ContractCall Call);
}
