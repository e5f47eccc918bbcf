using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CryptoMcp.Evm;

/// <summary>
/// A name of the Ethereum Name Service. Only names of plain ASCII letters, digits and hyphens are taken: the full
/// normalisation (ENSIP-15) accepts thousands of look-alike characters, and a name that one cannot tell from another
/// by eye is of no use to an agent. Upper-case letters are lowered, as ENSIP-15 does.
/// </summary>
public readonly record struct EnsName
{
    private EnsName(string text) => Text = text;

    /// <summary>The normalised name.</summary>
    public string Text { get; }

    /// <summary>Reads a name such as <c>vitalik.eth</c>.</summary>
    /// <exception cref="EvmFormatException">The name is malformed or holds other characters.</exception>
    public static EnsName Parse(string text) => TryParse(text, out var name, out var problem)
        ? name
        : throw new EvmFormatException(problem);

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out EnsName name, [NotNullWhen(false)] out string? problem)
    {
        name = default;
        problem = null;
        if (text is null || text.Length is 0 or > 255)
        {
            problem = $"{UntrustedText.Quote(text)} is not an ENS name: expected 1 to 255 characters such as 'name.eth'.";
            return false;
        }

        foreach (var label in text.Split('.'))
        {
            if (Problem(label) is { } wrong)
            {
                problem = $"{UntrustedText.Quote(text)} is not an ENS name that can be used here: {wrong}.";
                return false;
            }
        }

        name = new(text.ToLowerInvariant());
        return true;
    }

    /// <summary>The name's node: <see href="https://docs.ens.domains/ensip/1">namehash</see>, from the last label to the first.</summary>
    public Hash32 Node() => Node(Text);

    /// <summary>The name.</summary>
    public override string ToString() => Text ?? string.Empty;

    internal static Hash32 Node(string text)
    {
        Span<byte> pair = stackalloc byte[64];
        pair.Clear();
        var labels = text.Length == 0 ? [] : text.Split('.');
        for (var i = labels.Length - 1; i >= 0; i--)
        {
            Hash32.Keccak(Encoding.UTF8.GetBytes(labels[i])).WriteTo(pair[32..]);
            Hash32.Keccak(pair).WriteTo(pair);
        }

        return new(pair[..32]);
    }

    private static string? Problem(string label)
    {
        if (label.Length is 0 or > 63)
        {
            return "a label is empty or has more than 63 characters";
        }

        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return "only the letters a to z, digits and hyphens are supported, since other characters can imitate them";
            }
        }

        return label.Length >= 4 && label[2] == '-' && label[3] == '-'
            ? "a label with '--' in third and fourth place is an encoded international name"
            : null;
    }
}
