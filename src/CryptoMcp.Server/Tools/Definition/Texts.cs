using System.Globalization;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Server.Tools.Definition;

/// <summary>The few forms of text that several results share.</summary>
internal static class Texts
{
    /// <summary>ISO 8601 in UTC, to the second: <c>2026-11-20T13:11:36Z</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A budget's id, with its key where it counts each of something.</summary>
    public static string BudgetName(BudgetView budget) => budget.Key is { } key ? $"{budget.Id}[{key}]" : budget.Id;

    /// <summary>A budget's limit and window: <c>25 USD per 24h</c>, <c>2000 USD ever</c>.</summary>
    public static string BudgetLimit(BudgetView budget) =>
        budget.Window == "forever" ? $"{budget.Limit} ever" : $"{budget.Limit} per {budget.Window}";
}
