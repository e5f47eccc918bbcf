namespace CryptoMcp.Ledger;

/// <summary>Payment ids: <c>pay_</c> and 16 characters of Crockford's base32 in lower case, which hold 80 random bits.</summary>
internal static class PaymentIds
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    internal static string Make(Action<Memory<byte>> random)
    {
        var bytes = new byte[10];
        random(bytes);
        return string.Create(20, bytes, static (text, bytes) =>
        {
            "pay_".CopyTo(text);
            var (bits, held, at) = (0u, 0, 4);
            foreach (var b in bytes)
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
