using System.Numerics;

namespace CryptoMcp.Ledger;

/// <summary>
/// What stands on one counter, kept so that a question costs O(log n): the held sum, and the settled amounts in order
/// of their stamps with running totals. Finality comes nearly in order, so an insertion in the middle is short.
/// </summary>
internal sealed class BudgetCounter
{
    private DateTimeOffset[] _stamps = [];
    private BigInteger[] _totals = [];
    private int _count;

    /// <summary>Held by payments that are not resolved.</summary>
    internal BigInteger Held { get; private set; }

    /// <summary>Holds more.</summary>
    internal void Hold(BigInteger amount) => Held += amount;

    /// <summary>Holds less.</summary>
    /// <exception cref="InvalidOperationException">More is returned than is held: the books are wrong, and nothing may go on.</exception>
    internal void Unhold(BigInteger amount)
    {
        var rest = Held - amount;
        Held = rest.Sign >= 0 ? rest : throw new InvalidOperationException("A budget counter would hold less than nothing.");
    }

    /// <summary>Counts an amount from its stamp on; negative takes back what was counted under the same stamp.</summary>
    internal void Settle(DateTimeOffset stamp, BigInteger amount)
    {
        var at = After(stamp);
        if (_count == _stamps.Length)
        {
            Array.Resize(ref _stamps, Math.Max(4, _count * 2));
            Array.Resize(ref _totals, _stamps.Length);
        }

        Array.Copy(_stamps, at, _stamps, at + 1, _count - at);
        Array.Copy(_totals, at, _totals, at + 1, _count - at);
        _stamps[at] = stamp;
        _totals[at] = at == 0 ? BigInteger.Zero : _totals[at - 1];
        _count++;
        for (var i = at; i < _count; i++)
        {
            _totals[i] += amount;
        }
    }

    /// <summary>The usage in a window that ends at <paramref name="now"/>.</summary>
    internal CounterUsage Usage(DateTimeOffset now, TimeSpan? window, TimeSpan skew)
    {
        if (_count == 0)
        {
            return new(BigInteger.Zero, Held, null);
        }

        if (window is not { } w)
        {
            return new(_totals[_count - 1], Held, null);
        }

        var first = After(now - w - skew);
        var used = _totals[_count - 1] - (first == 0 ? BigInteger.Zero : _totals[first - 1]);
        return new(used, Held, first < _count ? _stamps[first] + w + skew : null);
    }

    /// <summary>Index of the first stamp that is later than <paramref name="time"/>.</summary>
    private int After(DateTimeOffset time)
    {
        if (_count == 0 || _stamps[_count - 1] <= time)
        {
            return _count;
        }

        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_stamps[middle] <= time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
