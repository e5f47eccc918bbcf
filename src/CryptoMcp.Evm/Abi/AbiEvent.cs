using System.Diagnostics.CodeAnalysis;

namespace CryptoMcp.Evm;

/// <summary>An event that contracts emit.</summary>
public sealed class AbiEvent
{
    private readonly List<AbiParameter> _unindexed;

    private AbiEvent(string name, IReadOnlyList<AbiParameter> parameters)
    {
        Name = name;
        Parameters = parameters;
        Signature = name + AbiType.Tuple(parameters).CanonicalName;
        Topic = Hash32.Keccak(AbiWord.StrictUtf8.GetBytes(Signature));
        _unindexed = [.. parameters.Where(parameter => !parameter.IsIndexed)];
    }

    /// <summary>Name.</summary>
    public string Name { get; }

    /// <summary>Parameters in declaration order.</summary>
    public IReadOnlyList<AbiParameter> Parameters { get; }

    /// <summary>Canonical signature: <c>Transfer(address,address,uint256)</c>.</summary>
    public string Signature { get; }

    /// <summary>The signature's hash, which the first topic holds.</summary>
    public Hash32 Topic { get; }

    /// <summary>Reads <c>[event] Name(type [indexed] name, …)</c>.</summary>
    /// <exception cref="EvmFormatException">The text is no event signature.</exception>
    public static AbiEvent Parse(string text)
    {
        var parser = new AbiSignatureParser(text);
        var name = parser.ReadWord();
        if (name is "event")
        {
            name = parser.ReadWord();
        }

        var parameters = name.IsEmpty ? throw parser.Wrong("has no name") : parser.ReadParameters();
        parser.End();
        return new(name.ToString(), parameters);
    }

    /// <summary>
    /// The arguments in declaration order; false when the log is of another event, or of one that only shares the
    /// signature (ERC-721 indexes the third argument of Transfer, ERC-20 does not). An indexed argument longer than a
    /// word is given as its hash.
    /// </summary>
    public bool TryDecode(EventLog log, [NotNullWhen(true)] out AbiValue[]? arguments)
    {
        arguments = null;
        if (log.Topics.Count != Parameters.Count - _unindexed.Count + 1 || log.Topics[0] != Topic)
        {
            return false;
        }

        try
        {
            var data = AbiDecoder.Decode(_unindexed, log.Data.Span);
            var values = new AbiValue[Parameters.Count];
            var (nextTopic, nextData) = (1, 0);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Parameters[i].IsIndexed ? ReadTopic(Parameters[i].Type, log.Topics[nextTopic++]) : data[nextData++];
            }

            arguments = values;
            return true;
        }
        catch (EvmFormatException)
        {
            // A contract may emit anything under any signature: what does not decode is not this event.
            return false;
        }
    }

    private static AbiValue ReadTopic(AbiType type, Hash32 topic) => type.Kind
        is AbiKind.Bytes or AbiKind.Text or AbiKind.List or AbiKind.FixedList or AbiKind.Tuple
        ? topic
        : AbiWord.Read(type, topic.ToArray());
}
