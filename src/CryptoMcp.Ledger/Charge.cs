using System.Numerics;

namespace CryptoMcp.Ledger;

/// <summary>What a payment takes from one budget counter, at worst while it is held and in truth once it is settled.</summary>
/// <param name="Counter">
/// The counter's name, chosen by the policy: <c>day</c>, or <c>per-host|api.example.com</c> for one of a group of
/// counters (the group is the text before the first <c>|</c>).
/// </param>
/// <param name="Amount">The counter's integer units, at least 0.</param>
public readonly record struct Charge(string Counter, BigInteger Amount);

/// <summary>What stands on a counter at one moment.</summary>
/// <param name="Used">Settled inside the window.</param>
/// <param name="Held">Reserved or signed and not yet proven paid or dead. Counts in every window and never ages.</param>
/// <param name="FreesAt">When the oldest part of <paramref name="Used"/> leaves the window; null when nothing will.</param>
public readonly record struct CounterUsage(BigInteger Used, BigInteger Held, DateTimeOffset? FreesAt)
{
    /// <summary>Used and held together: what a new charge must fit beside.</summary>
    public BigInteger Total => Used + Held;
}

/// <summary>A counter and the rolling window in which its budget counts.</summary>
/// <param name="Counter">The counter's name.</param>
/// <param name="Window">The window; null counts forever.</param>
public sealed record CounterWindow(string Counter, TimeSpan? Window);
