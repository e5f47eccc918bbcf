namespace CryptoMcp.Server.Infrastructure;

/// <summary>
/// A refusal or failure that the model can act on. Its text is the whole of what the model reads:
/// <c>code: problem Next: action</c>.
/// </summary>
/// <remarks>
/// Problem and action are whole sentences. Neither may hold text from outside unless it went through <see cref="UntrustedText"/>.
/// </remarks>
public sealed class ToolException : Exception
{
    /// <param name="code">Stable name of the failure in snake_case, e.g. <c>unknown_chain</c>.</param>
    /// <param name="problem">What is wrong, and where; a sentence.</param>
    /// <param name="next">What to do about it, with the allowed values; a sentence.</param>
    public ToolException(string code, string problem, string next)
        : base($"{code}: {Sentence(problem)} Next: {Sentence(next)}")
    {
        Code = code;
    }

    /// <summary>As above, keeping what went wrong underneath for the log.</summary>
    public ToolException(string code, string problem, string next, Exception inner)
        : base($"{code}: {Sentence(problem)} Next: {Sentence(next)}", inner)
    {
        Code = code;
    }

    /// <summary>Stable name of the failure.</summary>
    public string Code { get; }

    private static string Sentence(string text) => text is [.., '.' or '!' or '?'] ? text : text + ".";
}
