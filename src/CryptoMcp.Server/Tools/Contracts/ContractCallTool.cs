using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Tools.Contracts;

/// <summary><c>contract_call</c>: a call that changes something, under a rule that names it in full.</summary>
internal sealed class ContractCallTool(GuardClient guard, IClientIdentity client, ChainTable chains)
    : SpendTool(guard, Facts)
{
    private readonly GuardClient _guard = guard;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "contract_call",
        Title = "Call a contract",
        Description = "Executes a state-changing function of a smart contract as a signed transaction. Only goes through where a rule of the policy "
            + "names contract, function and every argument that can be a recipient, spender or amount; nested calls, permits and "
            + "setApprovalForAll never do. Repeat with the same idempotency_key only.",
        Effect = ToolEffect.SpendsMoney,
        Arguments =
        [
            Argument.Required("contract", "The contract's full address."),
            Argument.Required("function", "The signature, e.g. \"deposit(uint256 assets, address receiver)\"."),
            Argument.Optional("arguments", "JSON array, e.g. [\"20 USDC\", \"self\"]; also payee:name."),
            Argument.Optional("data", "Instead of arguments: calldata in hex, decoded by the signature."),
            Argument.Optional("value", "Coins that go along, e.g. \"0.01 ETH\"."),
            Argument.Required("chain", ChainArgument.Help),
            Argument.Optional("wallet", WalletArgument.Help),
            Argument.Optional("idempotency_key", "Your name for this one wish, e.g. \"deposit-7\". Same key, same call."),
        ],
    };

    /// <inheritdoc/>
    protected override Task<PaymentView> SubmitAsync(ToolCall call, CancellationToken ct)
    {
        var intent = new ContractCallIntent
        {
            Chain = chains.Find(call.Text("chain")).Id.ToString(),
            Wallet = call.Find("wallet"),
            Contract = call.Text("contract"),
            Function = call.Text("function"),
            Arguments = call.Find("arguments"),
            Data = call.Find("data"),
            Value = call.Find("value") is { } value ? AmountArgument.Read(value) : null,
            IdempotencyKey = KeyArgument.Read(call.Find("idempotency_key")),
        };
        return _guard.SubmitAsync(intent, client.Of(call.Request), ct);
    }
}
