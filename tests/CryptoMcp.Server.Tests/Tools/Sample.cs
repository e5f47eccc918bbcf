using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Server.Tests.Tools;

/// <summary>What the scripted guard says unless a test says otherwise.</summary>
internal static class Sample
{
    public const string Owner = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    public const string Vault = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    public const string PaymentId = "pay_01k9x3";
    public const string Usdc = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";

    public static readonly DateTimeOffset Now = new(2026, 11, 20, 13, 0, 0, TimeSpan.Zero);

    public static BudgetView Day { get; } = new()
    {
        Id = "day",
        Limit = "25 USD",
        Window = "24h",
        Used = "20 USD",
        Held = "2 USD",
        Left = "3 USD",
        Charge = "5 USD",
        FreesAt = Now.AddHours(5),
    };

    public static DecisionView Allowed { get; } = new()
    {
        Verdict = "allow",
        Code = "allowed",
        Rule = "to-our-safe",
        Reason = "Rule to-our-safe allows it.",
        Budgets = [Day with { Charge = "2.50 USD" }],
    };

    public static DecisionView OverBudget { get; } = new()
    {
        Verdict = "deny",
        Code = "over_budget",
        Rule = "to-our-safe",
        Reason = "Budget day has 3 USD left, this takes 5 USD.",
        FirstUnmet = "budget day has room for 5 USD",
        Next = "Wait until 2026-11-20T18:00:00Z or ask the owner to raise budget day.",
        Budgets = [Day],
    };

    public static WalletList Wallets { get; } = new()
    {
        Wallets =
        [
            new()
            {
                Name = "main",
                Address = Owner,
                Family = "eip155",
                CanSign = true,
                Chains =
                [
                    new()
                    {
                        Chain = "eip155:8453",
                        Name = "base",
                        Assets =
                        [
                            new() { Symbol = "USDC", Asset = $"eip155:8453/erc20:{Usdc}", Decimals = 6, UsdAtLeast = "1.00" },
                            new() { Symbol = "ETH", Asset = "eip155:8453/slip44:60", Decimals = 18, UsdAtLeast = "1500" },
                        ],
                    },
                ],
            },
        ],
    };

    public static PolicyView Policy { get; } = new()
    {
        Policy = new() { Name = "Research agent", Revision = 12, Expires = Now.AddDays(100), Sha256 = new string('a', 64) },
        Explanation = ["Transfers to payee ops-vault are allowed.", "Everything else is denied."],
        Budgets = [Day],
        Payees = [new() { Name = "ops-vault", Label = "Our Safe on Base", Accounts = [$"eip155:8453:{Vault}"] }],
    };

    public static QuoteView Quote { get; } = new()
    {
        Summary = $"2.5 USDC to {Vault} on Base",
        Chain = "eip155:8453",
        From = Owner,
        To = Vault,
        Amount = "2.5 USDC",
        FeeAtMost = "0.0000021 ETH",
        FeeLikely = "0.0000012 ETH",
        Balance = "100 USDC",
        Decision = Allowed,
    };

    public static PaymentView Payment { get; } = new()
    {
        PaymentId = PaymentId,
        State = "exposed",
        StateMeans = "The transaction was handed to the network and may settle at any time.",
        Operation = "transfer",
        Summary = $"2.5 USDC to {Vault} on Base",
        Chain = "eip155:8453",
        From = Owner,
        To = Vault,
        Amount = "2.5 USDC",
        FeeAtMost = "0.0000021 ETH",
        Nonce = 7,
        TransactionId = "0x" + new string('b', 64),
        CreatedAt = Now,
        UpdatedAt = Now.AddSeconds(1),
        IdempotencyKey = "invoice-2041",
        Decision = Allowed,
        Next = $"Call payment_get with {PaymentId}.",
    };

    public static PaymentView Denied { get; } = Payment with
    {
        State = "denied",
        StateMeans = "The policy denied it; nothing was paid.",
        TransactionId = null,
        Nonce = null,
        Decision = OverBudget,
        Next = null,
    };
}
