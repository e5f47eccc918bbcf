using System.Collections.Frozen;

namespace CryptoMcp.Policy;

/// <summary>The kinds of spend that a rule can name.</summary>
public static class Operations
{
    /// <summary>A coin or token to one recipient.</summary>
    public const string Transfer = "transfer";

    /// <summary>An x402 payment authorization for an HTTP resource.</summary>
    public const string X402Pay = "x402.pay";

    /// <summary>A token allowance to a listed spender.</summary>
    public const string ApproveToken = "approve-token";

    /// <summary>A function of a contract, under a rule that names every argument.</summary>
    public const string ContractCall = "contract.call";

    /// <summary>An instruction of a Solana program.</summary>
    public const string SolProgram = "sol.program";

    /// <summary>EIP-712 typed data under a template.</summary>
    public const string TypedData = "typed-data";

    /// <summary>A readable message (EIP-191, SIWE).</summary>
    public const string Message = "message";

    /// <summary>A deposit into a vault or lending market.</summary>
    public const string YieldDeposit = "yield.deposit";

    /// <summary>A withdrawal from a vault or lending market.</summary>
    public const string YieldWithdraw = "yield.withdraw";

    /// <summary>Feedback or registration in a reputation registry.</summary>
    public const string ReputationWrite = "reputation.write";

    /// <summary>The gas for settling a stranger's x402 payment. The value that moves is the payer's, so only the fee counts.</summary>
    public const string FacilitatorSettle = "facilitator.settle";

    /// <summary>
    /// A zero transfer to oneself at the nonce of a stuck transaction. Allowed by a built-in rule within the fee cap;
    /// a rule can forbid it by its name only.
    /// </summary>
    public const string Cancel = "cancel";

    /// <summary>Every operation, in <c>ask</c> and <c>forbid</c> rules. <c>allow</c> has to name its operation.</summary>
    public const string Any = "*";

    /// <summary>All operations, without the wildcard.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Transfer, X402Pay, ApproveToken, ContractCall, SolProgram, TypedData, Message, YieldDeposit, YieldWithdraw, ReputationWrite, FacilitatorSettle, Cancel,
    ];

    private static readonly FrozenDictionary<string, int> s_index =
        All.Select((name, index) => KeyValuePair.Create(name, index)).ToFrozenDictionary(StringComparer.Ordinal);

    internal static int IndexOf(string? operation) => operation is not null && s_index.TryGetValue(operation, out var index) ? index : -1;

    /// <summary>Operations that the guard cannot plan by itself: a rule has to say exactly what it opens.</summary>
    internal static bool NeedsDetail(string operation) => operation is ContractCall or SolProgram or TypedData or Message;
}
