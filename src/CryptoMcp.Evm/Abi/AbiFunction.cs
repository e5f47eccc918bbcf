namespace CryptoMcp.Evm;

/// <summary>A contract function: its selector is derived from the signature, never given by hand.</summary>
public sealed class AbiFunction
{
    private readonly byte[] _selector;

    private AbiFunction(string name, IReadOnlyList<AbiParameter> inputs, IReadOnlyList<AbiParameter> outputs)
    {
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
        Signature = name + AbiType.Tuple(inputs).CanonicalName;
        _selector = Hash32.Keccak(AbiWord.StrictUtf8.GetBytes(Signature)).ToArray()[..4];
    }

    /// <summary>Name.</summary>
    public string Name { get; }

    /// <summary>Parameters.</summary>
    public IReadOnlyList<AbiParameter> Inputs { get; }

    /// <summary>What it returns.</summary>
    public IReadOnlyList<AbiParameter> Outputs { get; }

    /// <summary>Canonical signature: <c>transfer(address,uint256)</c>.</summary>
    public string Signature { get; }

    /// <summary>The first four bytes of the signature's hash.</summary>
    public ReadOnlySpan<byte> Selector => _selector;

    /// <summary>Reads <c>[function] name(types) [modifiers] [returns (types)]</c>; also for custom errors (<c>error
    /// Name(types)</c>).</summary>
    /// <exception cref="EvmFormatException">The text is no signature.</exception>
    public static AbiFunction Parse(string text)
    {
        var parser = new AbiSignatureParser(text);
        var name = parser.ReadWord();
        if (name is "function" or "error")
        {
            name = parser.ReadWord();
        }

        if (name.IsEmpty)
        {
            throw parser.Wrong("has no name");
        }

        var inputs = parser.ReadParameters();
        List<AbiParameter> outputs = [];
        for (var word = parser.ReadWord(); !word.IsEmpty; word = parser.ReadWord())
        {
            if (word is "returns")
            {
                outputs = parser.ReadParameters();
            }
            else if (word is not ("view" or "pure" or "external" or "public" or "payable" or "nonpayable" or "virtual" or "override"))
            {
                throw parser.Wrong($"has the unknown modifier {UntrustedText.Quote(word)}");
            }
        }

        parser.End();
        return new(name.ToString(), inputs, outputs);
    }

    /// <summary>Calldata: selector and encoded arguments.</summary>
    /// <exception cref="EvmFormatException">An argument does not fit its type.</exception>
    public byte[] Encode(params ReadOnlySpan<AbiValue> arguments) => AbiEncoder.Encode(Inputs, arguments, _selector);

    /// <summary>True when the calldata begins with this function's selector.</summary>
    public bool Matches(ReadOnlySpan<byte> calldata) => calldata.StartsWith(_selector);

    /// <summary>The arguments of calldata.</summary>
    /// <exception cref="EvmFormatException">The calldata is for another function, or not canonical.</exception>
    public AbiValue[] DecodeArguments(ReadOnlySpan<byte> calldata) => Matches(calldata)
        ? AbiDecoder.Decode(Inputs, calldata[4..])
        : throw new EvmFormatException($"The calldata is not a call of {Signature}.");

    /// <summary>The values that a call returned.</summary>
    /// <exception cref="EvmFormatException">The data does not encode such values; empty data often means that the address holds no
    /// contract.</exception>
    public AbiValue[] DecodeResult(ReadOnlySpan<byte> returned) => returned.IsEmpty && Outputs.Count > 0
        ? throw new EvmFormatException($"{Signature} returned nothing: the address holds no contract with this function.")
        : AbiDecoder.Decode(Outputs, returned);

    /// <summary>The canonical signature.</summary>
    public override string ToString() => Signature;
}
