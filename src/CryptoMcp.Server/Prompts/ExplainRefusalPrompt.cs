namespace CryptoMcp.Server.Prompts;

/// <summary><c>explain_refusal</c>: why a payment was refused and what the owner could do.</summary>
internal sealed class ExplainRefusalPrompt() : PreparedPrompt(new()
{
    Name = "explain_refusal",
    Title = "Explain a refusal",
    Description = "Why a payment was refused, and what the owner could do about it.",
    Arguments = [new() { Name = "refusal", Description = "The error text, or a payment id (pay_…)", Required = false }],
})
{
    /// <inheritdoc/>
    protected override string Write(Func<string, string?> argument) =>
        $"""
        Explain why this payment was refused: {argument("refusal") ?? "the last denied payment; find it with payment_list and state denied"}

        Use payment_get if there is a payment id, and policy_show with detail=detailed for the rules.
        Say in plain words which rule or budget refused it, which condition was not met, what is left and when more frees.
        Then say what would be allowed now, and what the owner would have to change in the policy for the rest.
        Do not send anything, and do not try to get around the refusal.
        """;
}
