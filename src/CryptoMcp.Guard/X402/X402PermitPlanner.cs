using System.Globalization;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Payments;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.X402;

/// <summary>
/// Plans permits for Permit2: an allowance of exactly one payment's amount, judged by the policy as an allowance. It is a
/// payment of its own, since it is a signature of its own.
/// </summary>
internal sealed class X402PermitPlanner(EvmNetworks networks, TimeProvider clock) : IPlanner
{
    /// <inheritdoc/>
    public bool Handles(Intent intent) => intent is X402PermitIntent;

    /// <inheritdoc/>
    public Plan Sketch(Intent intent, PolicyDocument policy) => PlanOf((X402PermitIntent)intent, X402Request.Read((X402PermitIntent)intent, policy, networks));

    /// <inheritdoc/>
    public async ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, PlanDepth depth, CancellationToken ct)
    {
        var wish = (X402PermitIntent)intent;
        var request = X402Request.Read(wish, policy, networks);
        if (request.Token.Domain is not { } domain)
        {
            throw new GuardException(
                "unknown_domain", $"The EIP-712 domain of {request.Token.Asset.Symbol} at {request.Token.Address} is not pinned, so nothing is signed in it.",
                "Take another offer, or ask the owner to pin it in the policy ('eip712').");
        }

        try
        {
            var chain = await X402ChainFacts.ReadAsync(request, TokenPermitKind.KindName, ct);
            chain.RefuseUnpayable(request, hasPermit: true);
            var nonce = TokenPermit.ReadNonce(await request.Network.Rpc.AgreedAsync(
                EvmRequests.Call(TokenPermit.NonceCall(request.Token.Address, request.From), BlockTag.Latest), ct));
            var record = new AuthorizationRecord
            {
                Kind = TokenPermitKind.KindName,
                ChainId = request.Network.Chain.Id.EvmNumber,
                Token = request.Token.Address.ToString(),
                DomainName = domain.Name,
                DomainVersion = domain.Version,
                From = request.From.ToString(),
                To = request.To.ToString(),
                Units = request.Amount.Units.ToString(CultureInfo.InvariantCulture),
                Nonce = nonce.ToString(CultureInfo.InvariantCulture),
                Until = 0,
                SinceBlock = chain.Block,
            };
            return PlanOf(wish, request) with
            {
                Prepared = new PreparedAuthorization(AuthorizationKinds.Of(TokenPermitKind.KindName), record, request, clock),
            };
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, request.Network.Chain);
        }
        catch (EvmFormatException e)
        {
            throw new GuardException(
                "no_permit", $"{request.Token.Asset.Symbol} on {request.Network.Chain.Title} knows no permits (EIP-2612): {e.Message}", "Take another offer.", e);
        }
    }

    private static Plan PlanOf(X402PermitIntent intent, X402Request request) => new()
    {
        Operation = Operations.ApproveToken,
        Account = request.Account,
        Summary = $"allow Permit2 to take {request.Amount} for one payment to {request.Host} on {request.Network.Chain.Title}",
        Effects = [new Effect.Allowance(request.Amount, request.To.ToString())],
        Details = new SpendDetails
        {
            Host = request.Host,
            Contract = request.Token.Address.ToString(),
            PrimaryType = "Permit",
            LifetimeSeconds = request.Lifetime,
        },
        Tags = [SpendingView.AuthorizationTag],
        Purchase = intent.Purchase,
        Canonical = $"x402.permit|{request.Host}|{intent.Purchase.RequestSha256}",
        To = request.To.ToString(),
        Amount = request.Amount,
    };
}
