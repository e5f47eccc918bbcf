namespace CryptoMcp.Solana;

/// <summary>Text or bytes from outside are not what they should be. The message says what was expected and where.</summary>
public sealed class SolanaFormatException : FormatException
{
    /// <inheritdoc/>
    public SolanaFormatException()
    {
    }

    /// <inheritdoc/>
    public SolanaFormatException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public SolanaFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
