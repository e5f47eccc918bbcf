namespace CryptoMcp.Ledger;

/// <summary>
/// Finds positions by the hash of a name that is kept elsewhere: eight bytes a slot, where a dictionary would keep the name
/// once more. Whoever asks compares the names of the candidates.
/// </summary>
internal sealed class PositionIndex
{
    private (uint Hash, int Position)[] _slots = [];
    private int _count;

    /// <summary>Makes room for so many positions at once.</summary>
    internal void EnsureCapacity(int count)
    {
        // At most three of four slots are taken.
        var needed = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, count + (count / 3) + 1));
        if (needed > _slots.Length)
        {
            Grow(needed);
        }
    }

    /// <summary>The next candidate from <paramref name="slot"/> on, which begins at -1; false when there is none.</summary>
    internal bool Next(uint hash, ref int slot, out int position)
    {
        position = -1;
        if (_slots.Length == 0)
        {
            return false;
        }

        var mask = _slots.Length - 1;
        for (slot = slot < 0 ? (int)hash & mask : (slot + 1) & mask; _slots[slot].Position != 0; slot = (slot + 1) & mask)
        {
            if (_slots[slot].Hash == hash)
            {
                position = _slots[slot].Position - 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds a position under a hash.</summary>
    internal void Add(uint hash, int position)
    {
        EnsureCapacity(_count + 1);
        Put(hash, position + 1);
        _count++;
    }

    /// <summary>Puts another position in the place of a candidate that <see cref="Next"/> gave.</summary>
    internal void Replace(int slot, int position) => _slots[slot].Position = position + 1;

    private void Put(uint hash, int stored)
    {
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        while (_slots[slot].Position != 0)
        {
            slot = (slot + 1) & mask;
        }

        _slots[slot] = (hash, stored);
    }

    private void Grow(int size)
    {
        var old = _slots;
        _slots = new (uint, int)[size];
        foreach (var (hash, stored) in old)
        {
            if (stored != 0)
            {
                Put(hash, stored);
            }
        }
    }
}
