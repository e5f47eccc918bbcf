namespace CryptoMcp.Server.Prompts;

/// <summary><c>pay_someone</c>: check, quote, send once, follow to the end.</summary>
internal sealed class PaySomeonePrompt() : PreparedPrompt(new()
{
    Name = "pay_someone",
    Title = "Pay someone",
    Description = "Check, quote, send once and follow a payment to its end.",
    Arguments =
    [
        new() { Name = "amount", Description = "e.g. 2.50 USDC", Required = true },
        new() { Name = "to", Description = "Full address, or payee:name from the policy", Required = true },
        new() { Name = "chain", Description = "e.g. base", Required = true },
        new() { Name = "what_for", Description = "Becomes part of the idempotency key", Required = false },
    ],
})
{
    /// <inheritdoc/>
    protected override string Write(Func<string, string?> argument) =>
        $"""
        Pay {argument("amount") ?? "(ask me for the amount)"} to {argument("to") ?? "(ask me for the recipient)"} on {argument("chain") ?? "(ask me for the chain)"}.
        What for: {argument("what_for") ?? "not said"}.

        1. Call transfer_quote. Show me the recipient's full address, the amount, the fee at most, and what the policy says.
        2. If the policy would deny it, stop and explain which rule or budget refuses and when it frees. Do not try a variation.
        3. Otherwise call transfer_send once, with an idempotency_key that names this one wish. If no answer comes, repeat it with the same key.
        4. Call payment_get until the state is settled, released or stuck, and tell me how it ended, with the transaction id.
        """;
}
