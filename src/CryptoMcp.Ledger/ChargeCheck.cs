namespace CryptoMcp.Ledger;

/// <summary>Refuses charges that would corrupt the books.</summary>
internal static class ChargeCheck
{
    private const int LongestName = 256;

    /// <summary>A copy of its own, checked: what a caller gave, a caller may change.</summary>
    /// <exception cref="ArgumentException">The charges are none.</exception>
    internal static IReadOnlyList<Charge> Own(IReadOnlyList<Charge> charges)
    {
        Check(charges);
        if (charges.Count == 0)
        {
            return [];
        }

        var copy = new Charge[charges.Count];
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = charges[i];
        }

        return copy;
    }

    /// <summary>Each counter once, with a name, and no negative amount.</summary>
    /// <exception cref="ArgumentException">The charges are none.</exception>
    internal static void Check(IReadOnlyList<Charge> charges)
    {
        for (var i = 0; i < charges.Count; i++)
        {
            var (name, amount) = charges[i];
            if (string.IsNullOrEmpty(name) || name.Length > LongestName)
            {
                throw new ArgumentException($"A counter's name has 1 to {LongestName} characters.", nameof(charges));
            }

            if (amount.Sign < 0)
            {
                throw new ArgumentException($"The charge on '{name}' is negative.", nameof(charges));
            }

            for (var j = 0; j < i; j++)
            {
                if (charges[j].Counter == name)
                {
                    throw new ArgumentException($"The counter '{name}' is charged twice; add the charges up.", nameof(charges));
                }
            }
        }
    }
}
