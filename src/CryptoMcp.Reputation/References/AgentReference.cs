using System.Globalization;
using System.Numerics;
using CryptoMcp.Evm;
using CryptoMcp.Money;

namespace CryptoMcp.Reputation;

/// <summary>
/// An agent: its registry and its token id there. Text is <c>eip155:8453:0x8004…/22</c> (ERC-8004: <c>agentRegistry</c> and
/// <c>agentId</c>). Ids are 256-bit integers and start at 0.
/// </summary>
/// <param name="Chain">Chain.</param>
/// <param name="Registry">Identity registry.</param>
/// <param name="Id">Token id.</param>
public sealed record AgentReference(ChainId Chain, EvmAddress Registry, BigInteger Id)
{
    /// <summary><c>eip155:8453:0x8004…</c>, as files name the registry.</summary>
    public string RegistryText => $"{Chain}:{Registry}";

    /// <summary>The canonical text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RegistryText}/{Id}");

    /// <summary>An id in decimal; null when the text is something else.</summary>
    internal static BigInteger? ParseId(ReadOnlySpan<char> text) =>
        text.Length is >= 1 and <= 78 && !text.ContainsAnyExceptInRange('0', '9') && (text[0] != '0' || text.Length == 1)
        && BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is var id && id.GetBitLength() <= 256
            ? id
            : null;
}
