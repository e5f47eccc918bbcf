using System.Text.Json.Serialization;
using CryptoMcp.Policy;

namespace CryptoMcp.Commands;

/// <summary><c>policy check --json</c>.</summary>
internal sealed record PolicyCheckReport
{
    public required bool Loads { get; init; }

    public string? Name { get; init; }

    public int? Revision { get; init; }

    public int? Rules { get; init; }

    public int? Budgets { get; init; }

    public required IReadOnlyList<PolicyMistake> Mistakes { get; init; }
}

/// <summary><c>policy explain --json</c>: the explanation, one line of it each.</summary>
internal sealed record PolicyExplanationReport(string Name, int Revision, DateTimeOffset Expires, IReadOnlyList<string> Lines);

/// <summary><c>policy diff --json</c>.</summary>
internal sealed record PolicyDiffReport
{
    public required bool Loosens { get; init; }

    public required IReadOnlyList<string> NewlyAllowed { get; init; }

    public required IReadOnlyList<string> NewlyRefused { get; init; }

    public required IReadOnlyList<string> Raised { get; init; }

    public required IReadOnlyList<string> Lowered { get; init; }

    public required IReadOnlyList<string> Other { get; init; }
}

/// <summary><c>policy test --json</c>.</summary>
internal sealed record PolicyTestReport
{
    /// <summary>The policy file that the cases ran against.</summary>
    public required string Policy { get; init; }

    public required int Passed { get; init; }

    public required int Failed { get; init; }

    /// <summary>Cases that a policy alone does not decide.</summary>
    public required int Elsewhere { get; init; }

    public required IReadOnlyList<PolicyTestResult> Cases { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(PolicyCheckReport))]
[JsonSerializable(typeof(PolicyExplanationReport))]
[JsonSerializable(typeof(PolicyDiffReport))]
[JsonSerializable(typeof(PolicyTestReport))]
internal sealed partial class PolicyReportsJson : JsonSerializerContext;
