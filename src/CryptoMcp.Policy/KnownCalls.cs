namespace CryptoMcp.Policy;

/// <summary>
/// Functions that no rule opens, by their names: those that carry other calls, which no test on arguments reaches, and those
/// on the fixed never-sign list.
/// </summary>
public static class KnownCalls
{
    private static readonly string[] s_carriers = ["multicall", "execute", "exec", "aggregate", "delegatecall"];

    /// <summary>True if the function may carry other calls.</summary>
    public static bool CarriesCalls(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Array.Exists(s_carriers, carrier => name.StartsWith(carrier, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The entry of the never-sign list that the function falls under; null if none.</summary>
    public static Effect.NeverSigned.Entry? NeverSigned(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToUpperInvariant() switch
        {
            "SETAPPROVALFORALL" => Effect.NeverSigned.Entry.SetApprovalForAll,
            "INCREASEALLOWANCE" or "INCREASEAPPROVAL" => Effect.NeverSigned.Entry.IncreaseAllowance,
            "PERMIT" or "PERMITALL" or "PERMITFORALL" => Effect.NeverSigned.Entry.OpenEndedPermit,
            _ => null,
        };
    }
}
