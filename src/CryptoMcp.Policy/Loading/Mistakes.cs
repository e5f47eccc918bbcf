using System.Text;

namespace CryptoMcp.Policy.Loading;

/// <summary>Collects every mistake of a file, with its position.</summary>
internal sealed class Mistakes(ReadOnlyMemory<byte> source)
{
    private const int Most = 100;

    private readonly List<PolicyMistake> _found = [];

    public bool Any => _found.Count > 0;

    public void Add(JsonAt where, string message) => Add(where.Offset, where.Path, message);

    public void Add(JsonAt.Member where, string message) => Add(where.Offset, where.Path, message);

    public void Add(int offset, string path, string message)
    {
        var before = source.Span[..Math.Min(offset, source.Length)];
        var line = before.Count((byte)'\n');
        AddAt(line, before.Length - (before.LastIndexOf((byte)'\n') + 1), path, message);
    }

    /// <param name="line">Line, from 0.</param>
    /// <param name="bytesInLine">Bytes before the place in its line.</param>
    /// <param name="path">JSON path.</param>
    /// <param name="message">What is wrong and what to write instead.</param>
    public void AddAt(int line, int bytesInLine, string path, string message)
    {
        if (_found.Count < Most)
        {
            _found.Add(new(line + 1, CharactersIn(line, bytesInLine) + 1, path, message));
        }
    }

    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new PolicyException([.. _found.OrderBy(m => m.Line).ThenBy(m => m.Column)]);
        }
    }

    private int CharactersIn(int line, int bytes)
    {
        var rest = source.Span;
        for (; line > 0 && rest.IndexOf((byte)'\n') is var end and >= 0; line--)
        {
            rest = rest[(end + 1)..];
        }

        return Encoding.UTF8.GetCharCount(rest[..Math.Min(bytes, rest.Length)]);
    }
}

/// <summary>Text of the file inside a message.</summary>
internal static class Shown
{
    /// <summary>At most 60 characters, in single quotes, nothing but printable ASCII.</summary>
    public static string Quote(string text)
    {
        var shown = new StringBuilder("'", 64);
        foreach (var c in text.AsSpan(0, Math.Min(60, text.Length)))
        {
            shown.Append(c is >= ' ' and <= '~' and not '\'' ? c : '?');
        }

        return shown.Append(text.Length > 60 ? "…'" : "'").ToString();
    }
}
