using System.Text;

namespace CryptoMcp.Solana;

/// <summary>A note in a transaction, for everybody to read.</summary>
public static class MemoProgram
{
    /// <summary>Most bytes of a memo that a wallet signs.</summary>
    public const int MaxLength = 256;

    /// <summary>A memo.</summary>
    /// <param name="text">At most <see cref="MaxLength"/> bytes of UTF-8.</param>
    /// <exception cref="SolanaFormatException">It is longer.</exception>
    public static Instruction Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= MaxLength
            ? new(ProgramIds.Memo, [], bytes)
            : throw new SolanaFormatException($"A memo has at most {MaxLength} bytes, not {bytes.Length}.");
    }
}
