using CryptoMcp.Guard.Contracts;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Tools.Arguments;
using CryptoMcp.Server.Tools.Definition;

namespace CryptoMcp.Server.Tools.Transfer;

/// <summary>What <c>transfer_quote</c>, <c>transfer_send</c> and <c>policy_check</c> have in common: a transfer in words.</summary>
internal sealed class TransferArguments(ChainTable chains)
{
    /// <summary>The arguments of a transfer, all of them text.</summary>
    public static IReadOnlyList<Argument> Schema { get; } =
    [
        Argument.Required("amount", AmountArgument.Help),
        Argument.Required("to", RecipientArgument.Help),
        Argument.Required("chain", ChainArgument.Help),
        Argument.Optional("wallet", WalletArgument.Help),
    ];

    /// <summary>Reads the intent. The guard checks all of it again: this side only answers sooner and more kindly.</summary>
    public TransferIntent Read(ToolCall call)
    {
        var chain = chains.Serve(call.Text("chain"));
        return new()
        {
            Chain = chain.Id.ToString(),
            Amount = AmountArgument.Read(call.Text("amount")),
            To = RecipientArgument.Read(call.Text("to"), chain),
            Wallet = call.Find("wallet"),
            IdempotencyKey = KeyArgument.Read(call.Find("idempotency_key")),
        };
    }
}
