using System.Runtime.InteropServices;

namespace CryptoMcp.Ledger;

/// <summary>Numbers for the names that many payments share: clients, operations, accounts, tags, counters.</summary>
internal sealed class NameNumbers
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _names = [];
    private readonly Lock _gate = new();

    /// <summary>All names so far, in the order of their numbers.</summary>
    internal string[] All()
    {
        lock (_gate)
        {
            return [.. _names];
        }
    }

    /// <summary>The name's number; a new name gets the next.</summary>
    internal int Of(string name)
    {
        lock (_gate)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, name, out var known);
            if (!known)
            {
                number = _names.Count;
                _names.Add(name);
            }

            return number;
        }
    }

    /// <summary>The name of a number.</summary>
    internal string this[int number]
    {
        get
        {
            lock (_gate)
            {
                return _names[number];
            }
        }
    }
}
