namespace CryptoMcp.Reputation;

/// <summary>
/// How far a claim about code on attested hardware is proven. A quote proves a measurement and a key on genuine hardware; it
/// proves a model's weights only where the measured image pins them.
/// </summary>
/// <param name="Level">0 claim, 2 quote verified on a chain and key bound to it, 3 measurement as expected, 4 this very answer signed by
/// that key. (1, a named validator's registry entry, is what a look-up of an agent shows.)</param>
/// <param name="Checked">What was checked and how it came out, in our own words.</param>
public sealed record EvidenceLevel(int Level, IReadOnlyList<string> Checked)
{
    /// <summary>Adds up what was found.</summary>
    /// <param name="quote">The quote.</param>
    /// <param name="verdict">What a chain's verifier said of it.</param>
    /// <param name="signer">Whose key is to be bound.</param>
    /// <param name="expected">The measurement of a published, reproducible image; absent when none was given.</param>
    /// <param name="answerIsSigned">Whether the signer's signature over the answer is valid.</param>
    public static EvidenceLevel Of(TeeQuote quote, QuoteVerdict verdict, Evm.EvmAddress signer, byte[]? expected, bool answerIsSigned)
    {
        ArgumentNullException.ThrowIfNull(quote);
        ArgumentNullException.ThrowIfNull(verdict);
        var isBound = quote.Binds(signer);
        var isExpected = expected is not null && quote.Measurement.Span.SequenceEqual(expected);
        List<string> found =
        [
            $"Quote on chain: {verdict.Means}",
            isBound ? "The signer's address is bound in the quote's report data." : "The signer's address is not in the quote's report data: the quote says nothing of this key.",
            expected is null ? "No measurement was given to compare with, so what code runs, and with which weights, is not known."
                : isExpected ? "The measurement is the expected one." : "The measurement is not the expected one.",
            answerIsSigned ? "The signer signed this very message." : "The signer did not sign this message.",
        ];
        var level = !verdict.IsGenuine || !isBound ? 0 : !isExpected ? 2 : !answerIsSigned ? 3 : 4;
        return new(level, found);
    }
}
