using CryptoMcp.Evm;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Evm;
using CryptoMcp.Guard.Planning;
using CryptoMcp.Guard.Spending;
using CryptoMcp.Ledger;
using CryptoMcp.Money;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.X402;

/// <summary>Plans x402 payments: what a seller demands becomes a message that only moves what policy judged.</summary>
internal sealed class X402Planner(EvmNetworks networks, Func<string, Payment?> find, TimeProvider clock) : IPlanner
{
    /// <inheritdoc/>
    public bool Handles(Intent intent) => intent is X402PayIntent;

    /// <inheritdoc/>
    public Plan Sketch(Intent intent, PolicyDocument policy) => PlanOf((X402PayIntent)intent, X402Request.Read((X402PayIntent)intent, policy, networks));

    /// <inheritdoc/>
    public async ValueTask<Plan> PlanAsync(Intent intent, PolicyDocument policy, PlanDepth depth, CancellationToken ct)
    {
        var wish = (X402PayIntent)intent;
        var request = X402Request.Read(wish, policy, networks);
        try
        {
            var chain = await X402ChainFacts.ReadAsync(request, wish.TransferMethod, ct);
            var plan = PlanOf(wish, request) with { Balance = new Amount(chain.Balance, request.Amount.Asset) };
            if (depth == PlanDepth.Quote)
            {
                return plan with { Notes = [.. chain.Problems(request)] };
            }

            chain.RefuseUnpayable(request, HasPermit(wish, request));
            return plan with { Prepared = new PreparedAuthorization(KindOf(wish), RecordOf(wish, request, chain.Block), request, clock) };
        }
        catch (EvmRpcException e)
        {
            throw ChainProblems.Of(e, request.Network.Chain);
        }
    }

    private static Plan PlanOf(X402PayIntent intent, X402Request request)
    {
        var ceiling = intent.Scheme == "upto" ? "up to " : "";
        return new()
        {
            Operation = Operations.X402Pay,
            Account = request.Account,
            Summary = $"{ceiling}{request.Amount} to {(request.Payee is { } payee ? $"{payee} ({request.To})" : request.To.ToString())} for {request.Host} on {request.Network.Chain.Title}",
            Effects = [new Effect.Outflow(request.Amount, request.To.ToString())],
            Details = new SpendDetails { Host = request.Host, Scheme = intent.Scheme, LifetimeSeconds = request.Lifetime },
            Tags = [SpendingView.AuthorizationTag, SpendingView.HostTag(request.Host)],
            Purchase = intent.Purchase,

            // One request is one purchase: a seller that asks again, dearer or on another chain, finds it paid already.
            Canonical = $"x402.pay|{request.Host}|{intent.Purchase.RequestSha256}",
            To = request.To.ToString(),
            Payee = request.Payee,
            Amount = request.Amount,
        };
    }

    private static AuthorizationRecord RecordOf(X402PayIntent intent, X402Request request, ulong block) => new()
    {
        Kind = intent.TransferMethod,
        ChainId = request.Network.Chain.Id.EvmNumber,
        Token = request.Token.Address.ToString(),
        DomainName = intent.TransferMethod == Eip3009Kind.KindName ? request.Token.Domain!.Name : null,
        DomainVersion = intent.TransferMethod == Eip3009Kind.KindName ? request.Token.Domain!.Version : null,
        From = request.From.ToString(),
        To = request.To.ToString(),
        Facilitator = request.Facilitator?.ToString(),
        Units = request.Amount.Units.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Nonce = "",
        Until = 0,
        SinceBlock = block,
    };

    private static IAuthorizationKind KindOf(X402PayIntent intent) => AuthorizationKinds.Of(intent.TransferMethod);

    /// <summary>Whether a permit that we signed gives Permit2 what this payment needs.</summary>
    private bool HasPermit(X402PayIntent intent, X402Request request) =>
        intent.PermitPaymentId is { } id && find(id) is { State: PaymentState.Exposed or PaymentState.Seen, Latest: { } latest }
        && AuthorizationRecord.Read(latest.UnsignedBytes) is { Kind: TokenPermitKind.KindName } permit
        && permit.TokenAddress == request.Token.Address && permit.FromAddress == request.From && permit.Amount == request.Amount.Units;
}

/// <summary>The message, but for its nonce and its end, which it gets when it is recorded.</summary>
internal sealed class PreparedAuthorization(IAuthorizationKind kind, AuthorizationRecord template, X402Request request, TimeProvider clock) : IPreparedSpend
{
    public string Rail => AuthorizationRail.RailName;

    public NonceScope? NonceScope => null;

    public SigningMaterial Materialise(SigningSlot slot)
    {
        var record = template with
        {
            Nonce = kind.FreshNonce() ?? template.Nonce,
            Until = (ulong)(clock.GetUtcNow().ToUnixTimeSeconds() + request.Lifetime),
        };
        return new()
        {
            Digest = Convert.ToHexStringLower(kind.Message(record).Digest().ToArray()),
            UnsignedBytes = record.ToBytes(),
            ExpiresAt = kind.ExpiresAt(record),
        };
    }
}
