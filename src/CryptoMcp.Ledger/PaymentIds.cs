namespace CryptoMcp.Ledger;

/// <summary>
/// Makes payment ids: <c>pay_</c> and 16 characters of Crockford's base32 in lower case, which hold 80 random bits. Random
/// bytes are fetched for many ids at once: asking the system for ten costs as much as asking for six hundred.
/// </summary>
internal sealed class PaymentIds(Action<Memory<byte>> random)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int BytesPerId = 10;

    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[64 * BytesPerId];
    private int _left;

    /// <summary>The next id.</summary>
    internal string Next()
    {
        lock (_gate)
        {
            return Make();
        }
    }

    private string Make()
    {
        if (_left == 0)
        {
            random(_bytes);
            _left = _bytes.Length / BytesPerId;
        }

        _left--;
        return string.Create(20, (_bytes, _left * BytesPerId), static (text, state) =>
        {
            "pay_".CopyTo(text);
            var (bits, held, at) = (0u, 0, 4);
            foreach (var b in state._bytes.AsSpan(state.Item2, BytesPerId))
            {
                bits = (bits << 8) | b;
                held += 8;
                while (held >= 5)
                {
                    held -= 5;
                    text[at++] = Alphabet[(int)(bits >> held) & 31];
                }
            }
        });
    }
}
