using System.Collections.Concurrent;

namespace CryptoMcp.Guard.Planning;

/// <summary>
/// When something may be done again for a payment: after two seconds, then twice as long each time, up to five minutes.
/// </summary>
/// <param name="clock">The clock that pauses go by.</param>
/// <param name="atOnce">Whether the first time is now, or after the first pause.</param>
internal sealed class Repeats(TimeProvider clock, bool atOnce = false)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, (long Since, TimeSpan Pause)> _byPayment = new(StringComparer.Ordinal);

    /// <summary>True when it is time again; the next time is later.</summary>
    public bool IsDue(string paymentId)
    {
        var now = clock.GetTimestamp();
        if (_byPayment.TryAdd(paymentId, (now, s_first)))
        {
            return atOnce;
        }

        var (since, pause) = _byPayment[paymentId];
        if (clock.GetElapsedTime(since, now) < pause)
        {
            return false;
        }

        _byPayment[paymentId] = (now, pause * 2 < s_longest ? pause * 2 : s_longest);
        return true;
    }

    /// <summary>Forgets a payment that is in a block or resolved.</summary>
    public void Forget(string paymentId) => _byPayment.TryRemove(paymentId, out _);
}
