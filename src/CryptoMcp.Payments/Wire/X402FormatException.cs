namespace CryptoMcp.Payments;

/// <summary>A message of the x402 protocol is malformed, or breaks one of its limits. The message says where.</summary>
public sealed class X402FormatException : Exception
{
    /// <inheritdoc/>
    public X402FormatException()
    {
    }

    /// <inheritdoc/>
    public X402FormatException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public X402FormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
