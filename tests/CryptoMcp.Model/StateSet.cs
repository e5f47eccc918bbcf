namespace CryptoMcp.Model;

/// <summary>A set of packed states by open addressing. 0 is no state: time begins at 1.</summary>
internal sealed class StateSet
{
    private ulong[] _slots = new ulong[1 << 16];

    internal int Count { get; private set; }

    internal bool Add(ulong state)
    {
        if (Count * 2L > _slots.Length)
        {
            Grow();
        }

        if (!Put(_slots, state))
        {
            return false;
        }

        Count++;
        return true;
    }

    private static bool Put(ulong[] slots, ulong state)
    {
        var mask = slots.Length - 1;
        var hash = state * 0x9E3779B97F4A7C15ul;
        for (var i = (int)(hash >> 32) & mask; ; i = (i + 1) & mask)
        {
            if (slots[i] == state)
            {
                return false;
            }

            if (slots[i] == 0)
            {
                slots[i] = state;
                return true;
            }
        }
    }

    private void Grow()
    {
        var grown = new ulong[_slots.Length * 2];
        foreach (var state in _slots)
        {
            if (state != 0)
            {
                Put(grown, state);
            }
        }

        _slots = grown;
    }
}
