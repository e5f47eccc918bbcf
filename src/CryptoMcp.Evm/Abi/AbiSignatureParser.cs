namespace CryptoMcp.Evm;

/// <summary>Reads human-readable signatures: <c>function balanceOf(address owner) view returns (uint256)</c>.</summary>
internal ref struct AbiSignatureParser(string text)
{
    private const int MaxDepth = 16;

    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private int _depth;

    /// <summary>A type without a name.</summary>
    public AbiType ReadType()
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong("is nested too deeply");
        }

        var word = ReadWord();
        AbiType type;
        if (Peek() == '(' && word is "" or "tuple")
        {
            var components = ReadParameters();
            type = components.Count > 0 ? AbiType.Tuple(components) : throw Wrong("has an empty tuple");
        }
        else
        {
            type = AbiType.Elementary(word) ?? throw Wrong($"names the type {UntrustedText.Quote(word)}, which does not exist");
        }

        type = ReadListSuffixes(type);
        _depth--;
        return type;
    }

    /// <summary>Parameters in parentheses.</summary>
    public List<AbiParameter> ReadParameters()
    {
        Expect('(');
        var parameters = new List<AbiParameter>();
        if (Accept(')'))
        {
            return parameters;
        }

        do
        {
            var type = ReadType();
            var indexed = false;
            var name = ReadWord();
            while (name is "indexed" or "memory" or "calldata" or "storage" or "payable")
            {
                indexed |= name is "indexed";
                name = ReadWord();
            }

            parameters.Add(new(name.ToString(), type, indexed));
        }
        while (Accept(','));
        Expect(')');
        return parameters;
    }

    /// <summary>Letters, digits, <c>_</c> and <c>$</c> after white space; empty when something else follows.</summary>
    public ReadOnlySpan<char> ReadWord()
    {
        SkipSpace();
        var start = _position;
        while (_position < _text.Length && (char.IsAsciiLetterOrDigit(_text[_position]) || _text[_position] is '_' or '$'))
        {
            _position++;
        }

        return _text[start.._position];
    }

    /// <summary>Makes sure that nothing follows.</summary>
    public void End()
    {
        Accept(';');
        SkipSpace();
        if (_position != _text.Length)
        {
            throw Wrong("goes on after its end");
        }
    }

    public readonly EvmFormatException Wrong(string what) =>
        new($"The signature {UntrustedText.Quote(_text)} {what} (at character {_position + 1}).");

    public AbiType ReadListSuffixes(AbiType type)
    {
        while (Accept('['))
        {
            var digits = ReadWord();
            type = digits.IsEmpty ? type.ListOf()
                : AbiType.TrySize(digits, out var count) ? type.FixedListOf(count)
                : throw Wrong("has a list without a proper length");
            Expect(']');
        }

        return type;
    }

    private void Expect(char expected)
    {
        if (!Accept(expected))
        {
            throw Wrong($"misses '{expected}'");
        }
    }

    private bool Accept(char expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private char Peek()
    {
        SkipSpace();
        return _position < _text.Length ? _text[_position] : '\0';
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && _text[_position] == ' ')
        {
            _position++;
        }
    }
}
