using System.Numerics;

namespace CryptoMcp.Evm;

/// <summary>An allowance as it stands on chain now.</summary>
/// <param name="Token">The token's contract.</param>
/// <param name="Spender">Who may take it.</param>
/// <param name="Units">How much the spender may take.</param>
/// <param name="Balance">What the owner holds, which is the most that can be taken today.</param>
/// <param name="ViaPermit2">True for an allowance inside Permit2; what Permit2 itself may take bounds it.</param>
/// <param name="Expires">When an allowance inside Permit2 ends.</param>
public sealed record LiveAllowance(
    EvmAddress Token, EvmAddress Spender, BigInteger Units, BigInteger Balance, bool ViaPermit2, DateTimeOffset? Expires)
{
    /// <summary>What the spender could take today.</summary>
    public BigInteger CouldTake => BigInteger.Min(Units, Balance);
}

/// <summary>Live allowances, and how far back the chain was searched for them.</summary>
/// <param name="Allowances">Those above zero.</param>
/// <param name="FromBlock">First block whose events were read.</param>
/// <param name="ToBlock">Block at which the allowances were read.</param>
public sealed record AllowanceScan(IReadOnlyList<LiveAllowance> Allowances, ulong FromBlock, ulong ToBlock);

/// <summary>
/// Finds allowances of an account: candidates from Approval and Permit2 events of a bounded number of blocks and from known
/// tokens and spenders; each is then read live, since an event says only what once was.
/// </summary>
public static class AllowanceReader
{
    private const int MostCandidates = 300;
    private const int MostRequests = 12;
    private const ulong FirstChunk = 10_000;
    private const ulong LeastChunk = 250;

    private static readonly AbiEvent s_permit2Approval = AbiEvent.Parse(
        "event Approval(address indexed owner, address indexed token, address indexed spender, uint160 amount, uint48 expiration)");

    private static readonly AbiEvent s_permit2Permit = AbiEvent.Parse(
        "event Permit(address indexed owner, address indexed token, address indexed spender, uint160 amount, uint48 expiration, uint48 nonce)");

    /// <summary>Reads the allowances of an account.</summary>
    /// <param name="rpc">The chain.</param>
    /// <param name="owner">The account.</param>
    /// <param name="tokens">Tokens to look at in any case.</param>
    /// <param name="spenders">Spenders to look at in any case; Permit2 is always one.</param>
    /// <param name="blocks">How many of the newest blocks to search for events; fewer where the endpoint refuses.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="EvmRpcException">The chain could not be asked.</exception>
    public static async Task<AllowanceScan> ReadAsync(
        EvmRpc rpc, EvmAddress owner, IReadOnlyList<EvmAddress> tokens, IReadOnlyList<EvmAddress> spenders, ulong blocks, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(spenders);
        var head = await rpc.GetBlockNumberAsync(ct).ConfigureAwait(false);
        var candidates = new HashSet<(EvmAddress Token, EvmAddress Spender, bool ViaPermit2)>();
        foreach (var token in tokens)
        {
            candidates.Add((token, Permit2.Address, false));
            foreach (var spender in spenders)
            {
                candidates.Add((token, spender, false));
                candidates.Add((token, spender, true));
            }
        }

        var from = await ScanAsync(rpc, owner, candidates, head, blocks, ct).ConfigureAwait(false);
        return new(await ReadLiveAsync(rpc, owner, [.. candidates], head, ct).ConfigureAwait(false), from, head);
    }

    /// <summary>Newest blocks first; a refusal halves the step, and when the requests are used up the scan ends where it is.</summary>
    private static async Task<ulong> ScanAsync(
        EvmRpc rpc, EvmAddress owner, HashSet<(EvmAddress Token, EvmAddress Spender, bool ViaPermit2)> candidates, ulong head, ulong blocks, CancellationToken ct)
    {
        var (step, next, reached) = (FirstChunk, head, head + 1);
        var last = head >= blocks ? head - blocks : 0;
        for (var requests = 0; requests < MostRequests && candidates.Count < MostCandidates; requests++)
        {
            var from = next >= last + step ? next - step + 1 : last;
            try
            {
                Collect(candidates, await LogsAsync(rpc, owner, from, next, ct).ConfigureAwait(false));
            }
            catch (EvmRpcException e) when (e.Kind == EvmRpcFailure.RpcError && step > LeastChunk)
            {
                step /= 4;
                continue;
            }
            catch (EvmRpcException e) when (e.Kind == EvmRpcFailure.RpcError)
            {
                break;
            }

            reached = from;
            if (from <= last)
            {
                break;
            }

            next = from - 1;
        }

        return reached;
    }

    private static async Task<IReadOnlyList<EventLog>> LogsAsync(EvmRpc rpc, EvmAddress owner, ulong from, ulong to, CancellationToken ct)
    {
        var owned = TopicOf(owner);
        var logs = await rpc.SendAsync(
            EvmRequests.Logs(new()
            {
                From = BlockTag.Number(from),
                To = BlockTag.Number(to),
                Topics = [[Erc20.ApprovalEvent.Topic, s_permit2Approval.Topic, s_permit2Permit.Topic], [owned]],
            }),
            ct).ConfigureAwait(false);

        // What a node returns is checked against what was asked.
        return [.. logs.Where(log => log.Topics.Count >= 3 && log.Topics[1] == owned)];
    }

    private static void Collect(HashSet<(EvmAddress Token, EvmAddress Spender, bool ViaPermit2)> candidates, IReadOnlyList<EventLog> logs)
    {
        foreach (var log in logs)
        {
            if (candidates.Count >= MostCandidates)
            {
                return;
            }

            // Four topics of the plain event are an ERC-721 approval of one piece: no allowance.
            if (log.Topics[0] == Erc20.ApprovalEvent.Topic && log.Topics.Count == 3 && TryAddress(log.Topics[2], out var spender))
            {
                candidates.Add((log.Address, spender, false));
            }
            else if (log.Address == Permit2.Address && log.Topics.Count == 4 && TryAddress(log.Topics[2], out var token) && TryAddress(log.Topics[3], out var second))
            {
                candidates.Add((token, second, true));
                candidates.Add((token, Permit2.Address, false));
            }
        }
    }

    private static async Task<List<LiveAllowance>> ReadLiveAsync(
        EvmRpc rpc, EvmAddress owner, (EvmAddress Token, EvmAddress Spender, bool ViaPermit2)[] candidates, ulong block, CancellationToken ct)
    {
        var calls = new List<CallRequest>(candidates.Length * 3);
        foreach (var (token, spender, viaPermit2) in candidates)
        {
            calls.Add(Erc20.BalanceCall(token, owner));
            calls.Add(new() { To = token, Data = Erc20.AllowanceFunction.Encode(owner, viaPermit2 ? Permit2.Address : spender) });
            calls.Add(viaPermit2
                ? new() { To = Permit2.Address, Data = Permit2.AllowanceFunction.Encode(owner, token, spender) }
                : Erc20.BalanceCall(token, owner));
        }

        var answers = await rpc.Multicall.CallAsync(calls, BlockTag.Number(block), ct).ConfigureAwait(false);
        var live = new List<LiveAllowance>();
        for (var i = 0; i < candidates.Length; i++)
        {
            var (token, spender, viaPermit2) = candidates[i];
            if (Number(Erc20.BalanceOfFunction, answers[3 * i]) is not { } balance || Number(Erc20.AllowanceFunction, answers[(3 * i) + 1]) is not { Sign: > 0 } allowed)
            {
                continue;
            }

            if (!viaPermit2)
            {
                live.Add(new(token, spender, allowed, balance, false, null));
            }
            else if (TryDecode(Permit2.AllowanceFunction, answers[(3 * i) + 2]) is { } inside && inside[0].AsNumber() is { Sign: > 0 } amount)
            {
                live.Add(new(token, spender, BigInteger.Min(amount, allowed), balance, true, Moment(inside[1].AsNumber())));
            }
        }

        return live;
    }

    private static DateTimeOffset? Moment(BigInteger seconds) =>
        seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    private static BigInteger? Number(AbiFunction function, CallResult result) => TryDecode(function, result)?[0].AsNumber();

    private static AbiValue[]? TryDecode(AbiFunction function, CallResult result)
    {
        try
        {
            return result.Succeeded ? function.DecodeResult(result.Returned.Span) : null;
        }
        catch (EvmFormatException)
        {
            return null;
        }
    }

    private static Hash32 TopicOf(EvmAddress address)
    {
        Span<byte> topic = stackalloc byte[32];
        topic.Clear();
        address.WriteTo(topic[12..]);
        return new(topic);
    }

    private static bool TryAddress(Hash32 topic, out EvmAddress address)
    {
        var bytes = topic.ToArray();
        address = bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 ? new EvmAddress(bytes.AsSpan(12)) : default;
        return bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0;
    }
}
