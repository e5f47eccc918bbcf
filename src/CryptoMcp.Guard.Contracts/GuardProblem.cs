namespace CryptoMcp.Guard.Contracts;

/// <summary>A refusal or failure, as it crosses the socket.</summary>
public sealed record GuardProblem
{
    /// <summary>Stable snake_case code, such as <c>invalid_amount</c>, <c>over_budget</c> or <c>chain_unreachable</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What was wrong, and where.</summary>
    public required string Problem { get; init; }

    /// <summary>What to do next.</summary>
    public required string Next { get; init; }

    /// <summary>The policy's decision, where it was the policy that refused.</summary>
    public DecisionView? Decision { get; init; }

    /// <summary>The payment that this is about, where one exists.</summary>
    public string? PaymentId { get; init; }
}

/// <summary>A <see cref="GuardProblem"/> as an exception, on both sides of the socket.</summary>
public sealed class GuardException : Exception
{
    /// <summary>Wraps a problem.</summary>
    public GuardException(GuardProblem problem)
        : base($"{problem.Code}: {problem.Problem} Next: {problem.Next}") => Problem = problem;

    /// <summary>States a problem.</summary>
    /// <param name="code">Stable snake_case code.</param>
    /// <param name="problem">What was wrong; a full sentence.</param>
    /// <param name="next">What to do next; a full sentence.</param>
    /// <param name="inner">The cause, for the guard's own log; it does not cross the socket.</param>
    public GuardException(string code, string problem, string next, Exception? inner = null)
        : base($"{code}: {problem} Next: {next}", inner) => Problem = new() { Code = code, Problem = problem, Next = next };

    /// <summary>What was wrong and what to do.</summary>
    public GuardProblem Problem { get; }
}
