using System.Buffers.Binary;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>What a chain's verifier said of a quote.</summary>
/// <param name="Verdict"><c>genuine</c>, <c>outdated</c>, <c>revoked</c> or <c>unverifiable</c>.</param>
/// <param name="Means">What that means, in our own words.</param>
/// <param name="AtBlock">Block at which it was asked.</param>
public sealed record QuoteVerdict(string Verdict, string Means, ulong? AtBlock = null)
{
    /// <summary>True for genuine hardware with a firmware that is not revoked or outdated.</summary>
    public bool IsGenuine => Verdict == "genuine";
}

/// <summary>
/// Has a quote's signature chain checked by Automata's DCAP contracts, through <c>eth_call</c>: nothing is sent and nothing
/// paid. Collateral on chain may be stale, so a no is "unverifiable", never "fake".
/// </summary>
public static class DcapVerifier
{
    private static readonly AbiFunction s_verify = AbiFunction.Parse("function verifyAndAttestOnChain(bytes rawQuote) payable returns (bool success, bytes output)");

    private static readonly EvmAddress s_common = EvmAddress.Parse("0xaDdeC7e85c2182202b66E331f2a4A0bBB2cEEa1F");

    private static readonly Dictionary<ulong, EvmAddress> s_entryPoints = new()
    {
        [8453] = s_common, [10] = s_common, [42161] = s_common, [137] = s_common, [56] = s_common, [43114] = s_common, [84532] = s_common,
        [1] = EvmAddress.Parse("0x0387aB2eDAB2A138a43437e36AF63689Bb7030f4"),
        [11155111] = EvmAddress.Parse("0x27188ABA3a26CBb806eF4C67de9b05D7d792EC10"),
    };

    /// <summary>True where a verifier is known.</summary>
    public static bool IsOn(EvmChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return s_entryPoints.ContainsKey(chain.Id.EvmNumber);
    }

    /// <summary>Asks.</summary>
    /// <exception cref="EvmRpcException">The node did not answer.</exception>
    public static async Task<QuoteVerdict> VerifyAsync(EvmRpc rpc, ReadOnlyMemory<byte> quote, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rpc);
        if (!s_entryPoints.TryGetValue(rpc.Chain.Id.EvmNumber, out var at))
        {
            return new("unverifiable", $"No verifier of quotes is known on {rpc.Chain.Name}.");
        }

        var head = await rpc.GetBlockNumberAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var returned = await rpc.CallAsync(new() { To = at, Data = s_verify.Encode(quote.ToArray()) }, BlockTag.Number(head), cancellationToken)
                .ConfigureAwait(false);
            return Judge(returned, quote.Span) with { AtBlock = head };
        }
        catch (EvmRpcException refused) when (refused.Kind == EvmRpcFailure.RpcError)
        {
            return new("unverifiable", "The verifier refused the quote.", head);
        }
        catch (EvmFormatException)
        {
            return new("unverifiable", "At the verifier's address nothing answers like one.", head);
        }
    }

    /// <summary>
    /// Output: quote version (2 bytes), body type (2), TCB status (1), FMSPC (6), then the body. Success alone says nothing
    /// of the status; and the body must be the quote's own.
    /// </summary>
    internal static QuoteVerdict Judge(ReadOnlySpan<byte> returned, ReadOnlySpan<byte> quote)
    {
        var values = s_verify.DecodeResult(returned);
        var output = values[1].AsBytes().AsSpan();
        if (!values[0].AsFlag() || output.Length < 11 + 384)
        {
            return new("unverifiable", "The verifier does not confirm the quote; its collateral may be stale.");
        }

        var version = BinaryPrimitives.ReadUInt16BigEndian(output);
        if (quote.Length < 2 || version != BinaryPrimitives.ReadUInt16LittleEndian(quote) || quote.IndexOf(output.Slice(11, 384)) < 0)
        {
            return new("unverifiable", "The verifier confirmed another quote than the one given.");
        }

        return output[4] switch
        {
            0 => new("genuine", "Genuine hardware, firmware up to date."),
            1 => new("genuine", "Genuine hardware; the software inside must harden itself against known flaws."),
            2 or 3 => new("outdated", "Genuine hardware in a configuration with known flaws."),
            4 or 5 => new("outdated", "Genuine hardware whose firmware is out of date."),
            6 => new("revoked", "The hardware's keys are revoked."),
            _ => new("unverifiable", "The verifier states a status that is not known here."),
        };
    }
}
