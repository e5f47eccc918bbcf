namespace CryptoMcp.Ledger.Journal;

/// <summary>The journal's words for the values of enumerations.</summary>
internal static class JournalWords
{
    internal static string Of(ReleaseReason reason) => reason switch
    {
        ReleaseReason.NeverSigned => "never-signed",
        ReleaseReason.Expired => "expired",
        ReleaseReason.NonceConsumed => "nonce-consumed",
        ReleaseReason.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    internal static ReleaseReason Reason(string? word) => word switch
    {
        "never-signed" => ReleaseReason.NeverSigned,
        "expired" => ReleaseReason.Expired,
        "nonce-consumed" => ReleaseReason.NonceConsumed,
        "cancelled" => ReleaseReason.Cancelled,
        _ => throw new FormatException($"'{word}' is no reason of a release."),
    };

    internal static VariantPurpose Purpose(string? word) => word switch
    {
        "replacement" => VariantPurpose.Replacement,
        "cancellation" => VariantPurpose.Cancellation,
        _ => throw new FormatException($"'{word}' is no purpose of a replacement."),
    };
}
