using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CryptoMcp.Policy.Loading;

/// <summary>Function signatures as people write them.</summary>
internal static class FunctionText
{
    public static bool TryParse(string text, [NotNullWhen(true)] out FunctionSignature? function, [NotNullWhen(false)] out string? problem)
    {
        function = null;
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0 || !text.EndsWith(')') || !IsIdentifier(text[..open]))
        {
            problem = $"{Shown.Quote(text)} is not a function. Write name and parameters, such as 'deposit(uint256 assets, address " +
                $"receiver)'.";
            return false;
        }

        var inner = text[(open + 1)..^1];
        var parameters = new List<FunctionParameter>();
        if (inner.AsSpan().ContainsAny('(', ')'))
        {
            problem = "Tuples cannot be tested argument by argument, so such a function cannot be opened by a rule; only a built-in " +
                "adapter may call it.";
            return false;
        }

        foreach (var part in inner.Length == 0 ? [] : inner.Split(','))
        {
            var words = part.Trim(' ').Split(' ');
            if (words.Length > 2 || Canonical(words[0]) is not { } type || (words.Length == 2 && !IsIdentifier(words[1])))
            {
                problem = $"{Shown.Quote(part.Trim(' '))} is not a parameter. Write an ABI type and a name, such as 'uint256 assets'.";
                return false;
            }

            var name = words.Length == 2 ? words[1] : string.Empty;
            if (name.Length > 0 && parameters.Any(other => other.Name == name))
            {
                problem = $"Two parameters have the name {Shown.Quote(name)}. Give each its own.";
                return false;
            }

            parameters.Add(new(type, name));
        }

        function = new() { Name = text[..open], Parameters = parameters };
        problem = null;
        return true;
    }

    private static bool IsIdentifier(string text) =>
        text.Length is >= 1 and <= 100 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>The canonical ABI type, or null. Arrays keep their brackets.</summary>
    private static string? Canonical(string type)
    {
        var bracket = type.IndexOf('[', StringComparison.Ordinal);
        var (element, suffix) = bracket < 0 ? (type, string.Empty) : (type[..bracket], type[bracket..]);
        if (suffix.Length > 0 && (!suffix.EndsWith(']') || suffix.Any(c => c is not ('[' or ']') && !char.IsAsciiDigit(c))))
        {
            return null;
        }

        var canonical = element switch
        {
            "uint" => "uint256",
            "int" => "int256",
            "address" or "bool" or "string" or "bytes" => element,
            _ when Size(element, "uint") is >= 8 and <= 256 and var bits && bits % 8 == 0 => element,
            _ when Size(element, "int") is >= 8 and <= 256 and var bits && bits % 8 == 0 => element,
            _ when Size(element, "bytes") is >= 1 and <= 32 => element,
            _ => null,
        };
        return canonical is null ? null : canonical + suffix;
    }

    private static int? Size(string type, string prefix) =>
        type.StartsWith(prefix, StringComparison.Ordinal) && type.Length > prefix.Length && type[prefix.Length] != '0'
        && int.TryParse(type.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;
}
