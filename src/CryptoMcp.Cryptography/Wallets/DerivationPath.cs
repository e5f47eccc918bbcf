using System.Globalization;

namespace CryptoMcp.Cryptography;

/// <summary>Paths such as <c>m/44'/60'/0'/0/0</c> (BIP-32); <c>'</c>, <c>h</c> and <c>H</c> all mark a hardened step.</summary>
internal static class DerivationPath
{
    /// <summary>Added to the index of a hardened step.</summary>
    public const uint Hardened = 0x8000_0000;

    private const int MaxDepth = 255; // the depth of an extended key is one byte

    /// <summary>Reads a path into child indexes.</summary>
    /// <exception cref="FormatException">The text is not a path.</exception>
    public static uint[] Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] parts = path.Split('/');
        if (parts[0] != "m" || parts.Length > MaxDepth + 1)
        {
            throw new FormatException($"A derivation path starts with 'm/' and has at most {MaxDepth} steps, as m/44'/60'/0'/0/0.");
        }

        var indexes = new uint[parts.Length - 1];
        for (int i = 0; i < indexes.Length; i++)
        {
            indexes[i] = ParseStep(parts[i + 1], i + 1);
        }

        return indexes;
    }

    private static uint ParseStep(string step, int position)
    {
        bool hardened = step.Length > 0 && step[^1] is '\'' or 'h' or 'H';
        ReadOnlySpan<char> digits = hardened ? step.AsSpan(0, step.Length - 1) : step;
        if (digits.Length is 0 or > 10 || !uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint index) || index >= Hardened)
        {
            throw new FormatException($"Step {position} of the derivation path is not a number below 2^31, with ' or h if hardened.");
        }

        return hardened ? index | Hardened : index;
    }
}
