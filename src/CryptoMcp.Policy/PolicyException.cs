namespace CryptoMcp.Policy;

/// <summary>One mistake in a policy file.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column in characters, from 1.</param>
/// <param name="Path">JSON path, such as <c>$.budgets[0].limit</c>.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record PolicyMistake(int Line, int Column, string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}, column {Column}, {Path}: {Message}";
}

/// <summary>A policy file that does not load. Carries all mistakes, in the order of the file.</summary>
public sealed class PolicyException : Exception
{
    /// <summary>States the mistakes.</summary>
    public PolicyException(IReadOnlyList<PolicyMistake> mistakes)
        : base(Describe(mistakes)) => Mistakes = mistakes;

    /// <summary>All mistakes, in the order of the file; at least one.</summary>
    public IReadOnlyList<PolicyMistake> Mistakes { get; }

    private static string Describe(IReadOnlyList<PolicyMistake> mistakes) =>
        mistakes.Count == 1
            ? $"The policy does not load. {mistakes[0]}"
            : $"The policy does not load; it has {mistakes.Count} " +
                $"mistakes.{Environment.NewLine}{string.Join(Environment.NewLine, mistakes)}";
}
