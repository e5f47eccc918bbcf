using System.Globalization;
using System.Text;
using System.Text.Json;
using CryptoMcp.Evm;
using CryptoMcp.Payments;
using CryptoMcp.Reputation;
using CryptoMcp.Server.Chains;
using CryptoMcp.Server.Infrastructure;
using CryptoMcp.Server.Tools.Definition;
using CryptoMcp.Server.Tools.Shapes;

namespace CryptoMcp.Server.Tools.Reputation;

/// <summary><c>verify_signature</c>: who signed a text, typed data, an x402 offer or receipt, or an answer of attested hardware.</summary>
internal sealed class VerifySignatureTool(ChainTable table, ChainConnections connections)
    : PreparedTool<SignatureResult>(Facts, ToolResultsJson.Default.SignatureResult)
{
    private const int LongestMessage = 64 * 1024;
    private const int LongestQuote = 64 * 1024;

    public static ToolFacts Facts { get; } = new()
    {
        Name = "verify_signature",
        Title = "Verify a signature",
        Description = "Verifies who signed a message: text (EIP-191), typed data (EIP-712), a digest, or an x402 offer or receipt; by key or by "
            + "contract (ERC-1271, name the chain). With a TEE quote it also tells how far hardware evidence goes. A valid signature proves "
            + "who said it, never that it is true.",
        Effect = ToolEffect.ReadsChain,
        Arguments =
        [
            Argument.Required("signer", "Address that is said to have signed; of an x402 offer or receipt the payTo."),
            Argument.Required("signature", "0x and hexadecimal digits, as given."),
            Argument.Required("message", "The exact text; JSON for typed data, x402 offer and receipt (its payload); 0x and 64 digits for a digest."),
            Argument.Choice("form", "What 'message' is.", "text", "typed_data", "digest", "x402_offer", "x402_receipt"),
            Argument.Optional("chain", "Chain where the signer may be a contract, and where a quote is verified."),
            Argument.Optional("quote", "Intel TDX or SGX quote in hexadecimal, for evidence levels."),
            Argument.Optional("expected_measurement", "MRTD or MRENCLAVE of a published image, in hexadecimal."),
        ],
    };

    /// <inheritdoc/>
    protected override async Task<SignatureResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        if (!EvmAddress.TryParse(call.Text("signer"), out var signer, out var problem))
        {
            throw new ToolException("invalid_address", problem, "Pass the signer's full address.");
        }

        if (!Hex.TryParseData(call.Text("signature"), out var signature) || signature.Length is 0 or > 8192)
        {
            throw new ToolException("invalid_signature", "That is no signature: expected 0x and hexadecimal digits.", "Pass the signature as it was given.");
        }

        var digest = DigestOf(call.Find("form") ?? "text", call.Text("message"));
        var chain = call.Find("chain") is { } named ? table.Find(named) : null;
        var quote = QuoteOf(call);
        if (chain is null && quote is not null)
        {
            throw new ToolException("missing_argument", "A quote is verified on a chain.", "Add 'chain', such as \"base\".");
        }

        if (chain is null)
        {
            return Shape(await SignatureCheck.CheckAsync(digest, signature, signer, null, ct).ConfigureAwait(false));
        }

        var expected = MeasurementOf(call);
        return await connections.AskAsync(chain, async (rpc, token) =>
        {
            var result = await SignatureCheck.CheckAsync(digest, signature, signer, rpc, token).ConfigureAwait(false);
            return quote is null
                ? Shape(result)
                : WithEvidence(Shape(result), quote.Value.Quote, EvidenceLevel.Of(
                    quote.Value.Quote, await DcapVerifier.VerifyAsync(rpc, quote.Value.Bytes, token).ConfigureAwait(false), signer, expected,
                    result.Verdict == SignatureVerdict.Valid));
        }, ct).ConfigureAwait(false);
    }

    private static SignatureResult Shape(CheckedSignature result) => new()
    {
        Verdict = ReputationText.Word(result.Verdict),
        Method = result.Method,
        Digest = result.Digest.ToString(),
        RecoveredSigner = result.Recovered?.ToString(),
        Block = result.AtBlock,
        Note = result.Note,
    };

    private static SignatureResult WithEvidence(SignatureResult result, TeeQuote quote, EvidenceLevel evidence) => result with
    {
        EvidenceLevel = evidence.Level.ToString(CultureInfo.InvariantCulture),
        Checked = evidence.Checked,
        Measurement = Hex.Format(quote.Measurement.Span),
    };

    private static Hash32 DigestOf(string form, string message)
    {
        if (message.Length > LongestMessage)
        {
            throw new ToolException("invalid_message", $"The message is longer than {LongestMessage} characters.", "Pass its digest with form=digest.");
        }

        try
        {
            switch (form)
            {
                case "text":
                    return SignatureCheck.DigestOfText(message);
                case "digest":
                    return Hash32.Parse(message);
                case "typed_data":
                    return TypedData.ParseJson(Encoding.UTF8.GetBytes(message)).Digest();
                default:
                    using (var json = JsonDocument.Parse(message, new() { MaxDepth = 16 }))
                    {
                        return (form == "x402_offer" ? OfferReceipt.OfferMessage(json.RootElement) : OfferReceipt.ReceiptMessage(json.RootElement)).Digest();
                    }
            }
        }
        catch (Exception e) when (e is EvmFormatException or X402FormatException)
        {
            throw new ToolException("invalid_message", e.Message, "Pass the message exactly as it was signed, and its 'form'.", e);
        }
        catch (JsonException e)
        {
            throw new ToolException("invalid_message", "The message is not valid JSON.", "Pass the payload exactly as it was signed.", e);
        }
    }

    private static (TeeQuote Quote, byte[] Bytes)? QuoteOf(ToolCall call)
    {
        if (call.Find("quote") is not { } text)
        {
            return null;
        }

        text = text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text;
        return text.Length <= 2 * LongestQuote && Hex.TryParseData(text, out var bytes) && TeeQuote.TryParse(bytes, out var quote)
            ? (quote, bytes)
            : throw new ToolException("invalid_quote", "That is no Intel SGX or TDX quote of version 3, 4 or 5.", "Pass the quote in hexadecimal, whole.");
    }

    private static byte[]? MeasurementOf(ToolCall call)
    {
        if (call.Find("expected_measurement") is not { } text)
        {
            return null;
        }

        return Hex.TryParseData(text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text, out var bytes) && bytes.Length is 32 or 48
            ? bytes
            : throw new ToolException("invalid_measurement", "A measurement has 32 (SGX) or 48 (TDX) bytes.", "Pass it in hexadecimal.");
    }
}
