using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Tools.Contracts;

/// <summary><c>allowance_revoke</c>: nobody may take any more.</summary>
internal sealed class AllowanceRevokeTool(GuardClient guard, IClientIdentity client, ChainTable chains)
    : SpendTool(guard, Facts)
{
    private readonly GuardClient _guard = guard;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "allowance_revoke",
        Title = "Revoke an allowance",
        Description = "Revokes an allowance, so that a spender may take nothing of a token any more: approve to zero, or lockdown inside Permit2. "
            + "Costs a fee, never moves tokens, and needs a rule for approve-token. allowance_list shows what is live.",
        Effect = ToolEffect.ActsOnChain,
        Arguments =
        [
            Argument.Required("token", "Token address or symbol, as allowance_list shows it."),
            Argument.Required("spender", "Full address of who may take it now."),
            Argument.Choice("place", "Where the allowance is kept: at the token, or inside Permit2.", "token", "permit2"),
            Argument.Required("chain", ChainArgument.Help),
            Argument.Optional("wallet", WalletArgument.Help),
        ],
    };

    /// <inheritdoc/>
    protected override Task<PaymentView> SubmitAsync(ToolCall call, CancellationToken ct)
    {
        var intent = new AllowanceRevokeIntent
        {
            Chain = chains.Find(call.Text("chain")).Id.ToString(),
            Wallet = call.Find("wallet"),
            Token = call.Text("token"),
            Spender = call.Text("spender"),
            ViaPermit2 = call.Find("place") == "permit2",
        };
        return _guard.SubmitAsync(intent, client.Of(call.Request), ct);
    }
}
