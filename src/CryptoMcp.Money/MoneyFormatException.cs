namespace CryptoMcp.Money;

/// <summary>
/// Text that does not denote what it should: an amount, a chain, an account or an asset. The message is written for
/// the caller and may be shown to it as it stands; it never contains more of the input than needed to find the mistake.
/// </summary>
public sealed class MoneyFormatException : FormatException
{
    /// <summary>Creates the exception with a message that names the mistake and the expected form.</summary>
    public MoneyFormatException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="MoneyFormatException(string)"/>
    public MoneyFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates the exception without a message of its own.</summary>
    public MoneyFormatException()
    {
    }
}
