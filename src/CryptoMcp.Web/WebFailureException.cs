namespace CryptoMcp.Web;

/// <summary>Why a resource could not be had.</summary>
public enum WebFailure
{
    /// <summary>Not https, or with credentials in the address, or no web address at all.</summary>
    NotAllowed,

    /// <summary>The host is, or resolves to, an address that is not public.</summary>
    PrivateAddress,

    /// <summary>The host name does not resolve, or the connection or its TLS failed.</summary>
    Unreachable,

    /// <summary>No complete answer in time.</summary>
    TimedOut,

    /// <summary>Too many redirects, or one without a target.</summary>
    Redirects,

    /// <summary>The answer is longer than allowed.</summary>
    TooLarge,

    /// <summary>An encoding that was not asked for.</summary>
    Encoding,
}

/// <summary>A resource could not be had. The message is ours alone: it names the host and what was wrong.</summary>
public sealed class WebFailureException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">What failed.</param>
    /// <param name="message">What was wrong, and where; a sentence of ours.</param>
    /// <param name="inner">The cause.</param>
    public WebFailureException(WebFailure kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <inheritdoc cref="WebFailureException(WebFailure, string, Exception?)"/>
    public WebFailureException()
        : this(WebFailure.Unreachable, "The resource cannot be had.")
    {
    }

    /// <inheritdoc cref="WebFailureException(WebFailure, string, Exception?)"/>
    public WebFailureException(string message)
        : this(WebFailure.Unreachable, message)
    {
    }

    /// <inheritdoc cref="WebFailureException(WebFailure, string, Exception?)"/>
    public WebFailureException(string message, Exception inner)
        : this(WebFailure.Unreachable, message, inner)
    {
    }

    /// <summary>What failed.</summary>
    public WebFailure Kind { get; }
}
