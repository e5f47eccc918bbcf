namespace CryptoMcp.Policy;

/// <summary>
/// One counter of the ledger: <c>day</c>, or <c>per-host|api.weather.example</c> for a budget that counts <c>each</c> of
/// something. Counters are equal when their ids are.
/// </summary>
/// <param name="Id">Budget id, and the key after a <c>|</c>.</param>
/// <param name="Window">Rolling window; null is for ever.</param>
/// <param name="Unit">What is counted.</param>
public readonly record struct BudgetCounter(string Id, TimeSpan? Window, BudgetUnit Unit)
{
    /// <summary>Separates budget id and key; ids never contain it.</summary>
    public const char KeySeparator = '|';

    /// <summary>The budget's id in the policy file.</summary>
    public string BudgetId => Id.IndexOf(KeySeparator, StringComparison.Ordinal) is var at and >= 0 ? Id[..at] : Id;

    /// <summary>The key, or null.</summary>
    public string? Key => Id.IndexOf(KeySeparator, StringComparison.Ordinal) is var at and >= 0 ? Id[(at + 1)..] : null;

    /// <inheritdoc/>
    public bool Equals(BudgetCounter other) => string.Equals(Id, other.Id, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Id is null ? 0 : StringComparer.Ordinal.GetHashCode(Id);

    /// <inheritdoc/>
    public override string ToString() => Id;
}
