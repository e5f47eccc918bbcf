using System.Globalization;

namespace CryptoMcp.Policy;

/// <summary>
/// A span of the day in an IANA time zone, from and including its start to its end, over midnight if the end is earlier.
/// The zone's clock decides, so a day with a change to or from summer time makes the span an hour longer or shorter.
/// </summary>
public sealed record TimeOfDay
{
    /// <summary>True for the rest of the day instead (<c>not 07:00-22:00 …</c>).</summary>
    public required bool Negated { get; init; }

    /// <summary>Start, included.</summary>
    public required TimeOnly From { get; init; }

    /// <summary>End, not included.</summary>
    public required TimeOnly Until { get; init; }

    /// <summary>The zone, from the machine's IANA database when the file was loaded.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>True if the instant lies in the span.</summary>
    public bool Holds(DateTimeOffset now) =>
        // An instant has exactly one local time, in the hour that is skipped as in the hour that comes twice.
        TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime).IsBetween(From, Until) != Negated;

    /// <summary>The text of the policy file.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Negated ? "not " : string.Empty)}{From:HH':'mm}-{Until:HH':'mm} {Zone.Id}");
}
