using System.Numerics;
using System.Text;

namespace CryptoMcp.Testing;

/// <summary>Just enough of the contract ABI, as hex text, to set up contracts without the code under test.</summary>
internal static class AbiText
{
    public static string Word(BigInteger value) => JsonRpcNode.Hex(value)[2..].PadLeft(64, '0');

    public static string Address(string address) => address[2..].PadLeft(64, '0');

    /// <summary>Length and padded bytes, as they stand in the tail of a call.</summary>
    public static string String(string text)
    {
        var bytes = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
        return Word(bytes.Length / 2) + bytes.PadRight((bytes.Length + 63) / 64 * 64, '0');
    }

    /// <summary>Head and tail of a call's arguments: fixed words, and dynamic parts that the head only points at.</summary>
    public static string Arguments(params (bool Dynamic, string Hex)[] parts)
    {
        var head = new StringBuilder();
        var tail = new StringBuilder();
        foreach (var (dynamic, hex) in parts)
        {
            head.Append(dynamic ? Word((parts.Length * 32) + (tail.Length / 2)) : hex);
            if (dynamic)
            {
                tail.Append(hex);
            }
        }

        return head.Append(tail).ToString();
    }
}
