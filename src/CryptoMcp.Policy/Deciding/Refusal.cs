namespace CryptoMcp.Policy.Deciding;

/// <summary>Why a spend is refused.</summary>
/// <param name="Code">One of <see cref="DecisionCodes"/>.</param>
/// <param name="Rule">Id in the file, or name of a built-in rule.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Next">What to do next.</param>
/// <param name="Unmet">The condition or limit that was not met.</param>
internal sealed record Refusal(string Code, string Rule, string Reason, string Next, string? Unmet = null);
