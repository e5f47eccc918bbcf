using System.Text.Json;

namespace CryptoMcp.Ledger.Journal;

/// <summary>Keeps one string for each name that comes again and again (counters, clients, types) while a journal is read.</summary>
internal sealed class NameTable
{
    private const int Size = 1024;

    private readonly (byte[] Utf8, string Text)[] _slots = new (byte[], string)[Size];

    /// <summary>The text of the current string or property name.</summary>
    internal string Of(ref Utf8JsonReader json)
    {
        var utf8 = json.ValueSpan;
        if (json.ValueIsEscaped)
        {
            return json.GetString()!;
        }

        var hash = default(HashCode);
        hash.AddBytes(utf8);
        ref var slot = ref _slots[hash.ToHashCode() & (Size - 1)];
        if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8))
        {
            slot = (utf8.ToArray(), json.GetString()!);
        }

        return slot.Text;
    }
}
