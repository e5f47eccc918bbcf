using System.Globalization;

namespace CryptoMcp.Policy;

/// <summary>Lengths of time as the policy file writes them: <c>120s</c>, <c>10m</c>, <c>24h</c>, <c>30d</c>, <c>forever</c>.</summary>
public static class PolicySpan
{
    /// <summary>The text for no end.</summary>
    public const string Forever = "forever";

    /// <summary>Reads a span; <paramref name="span"/> is null for <c>forever</c>.</summary>
    /// <returns>False if the text is none of <c>1..9999</c> and one of <c>s m h d</c>, or <c>forever</c>.</returns>
    public static bool TryParse(string text, out TimeSpan? span)
    {
        span = null;
        if (text == Forever)
        {
            return true;
        }

        if (text.Length is < 2 or > 5 || text[0] is < '1' or > '9' || text.AsSpan(0, text.Length - 1).ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var count = int.Parse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        span = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => null,
        };
        return span is not null;
    }

    /// <summary>The text of a span: in days from two days on, otherwise in the largest unit that fits; null is <c>forever</c>.</summary>
    public static string Format(TimeSpan? span)
    {
        if (span is not { } length)
        {
            return Forever;
        }

        var seconds = (long)length.TotalSeconds;
        var (count, unit) = seconds switch
        {
            _ when seconds >= 172_800 && seconds % 86_400 == 0 => (seconds / 86_400, 'd'),
            _ when seconds % 3_600 == 0 => (seconds / 3_600, 'h'),
            _ when seconds % 60 == 0 => (seconds / 60, 'm'),
            _ => (seconds, 's'),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }
}
