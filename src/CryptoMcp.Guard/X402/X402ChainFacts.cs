using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Money;
using CryptoMcp.Payments;

namespace CryptoMcp.Guard.X402;

/// <summary>What the chain says before a payment is signed: enough money, the token that we mean, an allowance where one is needed.</summary>
/// <param name="Block">The newest block.</param>
/// <param name="Balance">What the wallet holds of the token.</param>
/// <param name="Allowance">What Permit2 may take of it; null where Permit2 has no part in it.</param>
internal sealed record X402ChainFacts(ulong Block, BigInteger Balance, BigInteger? Allowance)
{
    private static readonly AbiFunction s_separator = AbiFunction.Parse("function DOMAIN_SEPARATOR() view returns (bytes32)");

    public static async ValueTask<X402ChainFacts> ReadAsync(X402Request request, string method, CancellationToken ct)
    {
        var network = request.Network;
        await network.CheckPinnedAsync(request.Amount.Asset);
        if (method != Permit2Kind.KindName)
        {
            await CheckDomainAsync(request);
        }

        var batch = network.Rpc.CreateBatch();
        var block = batch.Add(EvmRequests.BlockNumber);
        var balance = batch.Add(EvmRequests.Call(Erc20.BalanceCall(request.Token.Address, request.From), BlockTag.Latest));
        var allowance = method == Permit2Kind.KindName
            ? batch.Add(EvmRequests.Call(
                new() { To = request.Token.Address, Data = Erc20.AllowanceFunction.Encode(request.From, X402Contracts.Permit2) }, BlockTag.Latest))
            : null;
        await batch.SendAsync(ct);
        try
        {
            return new(
                block.Value, Erc20.ReadBalance(balance.Value), allowance is null ? null : Erc20.AllowanceFunction.DecodeResult(allowance.Value)[0].AsNumber());
        }
        catch (EvmFormatException e)
        {
            throw new GuardException("token_mismatch", $"{request.Token.Address} on {network.Chain.Title} does not answer like a token: {e.Message}", "Nothing was signed. Tell the owner.", e);
        }
    }

    /// <summary>A live signature over money that is not there would only wait for money to come.</summary>
    public void RefuseUnpayable(X402Request request, bool hasPermit)
    {
        if (Balance < request.Amount.Units)
        {
            throw new GuardException(
                "insufficient_funds",
                $"{request.From} holds {new Amount(Balance, request.Amount.Asset)} on {request.Network.Chain.Title}, and the seller asks for {request.Amount}.",
                "Ask the owner to fund the wallet, or take another offer.");
        }

        if (Allowance is { } allowance && allowance < request.Amount.Units && !hasPermit)
        {
            throw new GuardException(
                "needs_allowance",
                $"This offer is paid through Permit2, which may take {new Amount(allowance, request.Amount.Asset)} from {request.From}, and {request.Amount} are needed.",
                "Take an offer without Permit2, or one whose seller sponsors a permit; or ask the owner for an allowance of that amount.");
        }
    }

    /// <summary>The same for a quote.</summary>
    public IEnumerable<string> Problems(X402Request request)
    {
        if (Balance < request.Amount.Units)
        {
            yield return $"insufficient_funds: the wallet holds {new Amount(Balance, request.Amount.Asset)}.";
        }

        if (Allowance is { } allowance && allowance < request.Amount.Units)
        {
            yield return $"needs_allowance: Permit2 may take {new Amount(allowance, request.Amount.Asset)} only; paying signs a permit first where the seller sponsors one.";
        }
    }

    /// <summary>The token must sign in the domain that is pinned for it: compared on chain once per start.</summary>
    private static ValueTask CheckDomainAsync(X402Request request) =>
        request.Network.CheckOnceAsync($"domain:{request.Token.Address}", async () =>
        {
            var answer = await request.Network.Rpc.AgreedAsync(
                EvmRequests.Call(new() { To = request.Token.Address, Data = s_separator.Encode() }, BlockTag.Latest), CancellationToken.None);
            if (!answer.AsSpan().SequenceEqual(Eip712Domain.Of(request.Token)!.Separator().ToArray()))
            {
                throw new GuardException(
                    "token_mismatch",
                    $"{request.Token.Asset.Symbol} at {request.Token.Address} on {request.Network.Chain.Title} has another EIP-712 domain than is pinned for it.",
                    "Nothing was signed. Tell the owner to check the token's entry in the chain table and the chain's endpoint.");
            }
        });
}
