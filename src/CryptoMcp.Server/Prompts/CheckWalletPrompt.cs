namespace CryptoMcp.Server.Prompts;

/// <summary><c>check_wallet</c>: what is there, what may be spent, what is open.</summary>
internal sealed class CheckWalletPrompt() : PreparedPrompt(new()
{
    Name = "check_wallet",
    Title = "Check my wallet",
    Description = "What the wallet holds, what may still be spent, and which payments are open.",
})
{
    /// <inheritdoc/>
    protected override string Write(Func<string, string?> argument) =>
        """
        Tell me how my wallet is doing.

        1. wallet_accounts and wallet_balances: what each wallet holds, per chain. If a chain could not be read, say so; its balance is unknown, not zero.
        2. policy_show: what is left of each budget and when more frees, when the policy expires, and whether spending is frozen.
        3. payment_list: payments that are neither settled nor released, and anything that was denied lately.

        Keep it to a short summary and say what needs my attention. Move no money.
        """;
}
