using System.Text;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>Which logs: contracts and topics, as <c>eth_getLogs</c> takes them.</summary>
/// <param name="Addresses">Emitting contracts; any if empty.</param>
/// <param name="Topics">For each position the accepted topics; an empty list accepts any.</param>
public sealed record LogQuery(IReadOnlyList<EvmAddress> Addresses, IReadOnlyList<IReadOnlyList<Hash32>> Topics)
{
    /// <summary>True for a log that was asked for; a node may answer with others.</summary>
    public bool Accepts(EventLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (Addresses.Count > 0 && !Holds(Addresses, log.Address))
        {
            return false;
        }

        for (var i = 0; i < Topics.Count; i++)
        {
            if (i >= log.Topics.Count || (Topics[i].Count > 0 && !Holds(Topics[i], log.Topics[i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same text for the same question, for the cache.</summary>
    internal string Key()
    {
        var text = new StringBuilder();
        foreach (var address in Addresses)
        {
            text.Append(address.ToLowerString()).Append(',');
        }

        foreach (var position in Topics)
        {
            text.Append('|');
            foreach (var topic in position)
            {
                text.Append(topic).Append(',');
            }
        }

        return text.ToString();
    }

    internal LogFilter In(BlockRange range) => new()
    {
        From = BlockTag.Number(range.First),
        To = BlockTag.Number(range.Last),
        Addresses = Addresses,
        Topics = Topics,
    };

    private static bool Holds<T>(IReadOnlyList<T> list, T value)
        where T : struct, IEquatable<T>
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].Equals(value))
            {
                return true;
            }
        }

        return false;
    }
}
