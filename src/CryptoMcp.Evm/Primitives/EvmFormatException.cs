namespace CryptoMcp.Evm;

/// <summary>
/// Bytes or text that are not what they should be: an address, a hash, RLP, ABI data, a transaction, typed data. The
/// message says where the mistake is and is safe to show: it repeats at most a few characters of the input.
/// </summary>
public sealed class EvmFormatException : FormatException
{
    /// <summary>Creates the exception with a message that names the mistake.</summary>
    public EvmFormatException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="EvmFormatException(string)"/>
    public EvmFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates the exception without a message of its own.</summary>
    public EvmFormatException()
    {
    }
}
