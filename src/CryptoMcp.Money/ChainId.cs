using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CryptoMcp.Money;

/// <summary>
/// A blockchain, as <see href="https://chainagnostic.org/CAIPs/caip-2">CAIP-2</see> names it:
/// <c>eip155:8453</c> or <c>solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp</c>.
/// </summary>
public readonly record struct ChainId : IParsable<ChainId>
{
    /// <summary>Namespace of EVM chains; the reference is the EIP-155 chain id in decimal.</summary>
    public const string Eip155 = "eip155";

    /// <summary>Namespace of Solana clusters; the reference is the first 32 characters of the genesis hash.</summary>
    public const string Solana = "solana";

    private readonly string? _namespace;
    private readonly string? _reference;

    private ChainId(string chainNamespace, string reference)
    {
        _namespace = chainNamespace;
        _reference = reference;
    }

    /// <summary>The part before the colon: 3 to 8 characters of <c>[-a-z0-9]</c>.</summary>
    public string Namespace => _namespace ?? string.Empty;

    /// <summary>The part after the colon: 1 to 32 characters of <c>[-_a-zA-Z0-9]</c>.</summary>
    public string Reference => _reference ?? string.Empty;

    /// <summary>True for EVM chains.</summary>
    public bool IsEvm => Namespace == Eip155;

    /// <summary>True for Solana clusters.</summary>
    public bool IsSolana => Namespace == Solana;

    /// <summary>The EIP-155 chain id.</summary>
    /// <exception cref="InvalidOperationException">The chain is no EVM chain.</exception>
    public ulong EvmNumber => IsEvm
        ? ulong.Parse(Reference, NumberStyles.None, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"{this} is not an EVM chain.");

    /// <summary>The EVM chain with this EIP-155 id. Zero is refused: a signature for chain 0 is valid everywhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is 0.</exception>
    public static ChainId Evm(ulong number)
    {
        ArgumentOutOfRangeException.ThrowIfZero(number);
        return new(Eip155, number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Reads <c>namespace:reference</c>.</summary>
    /// <exception cref="MoneyFormatException">The text is not a CAIP-2 chain id in canonical form.</exception>
    public static ChainId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var chain)
            ? chain
            : throw new MoneyFormatException($"{UntrustedText.Quote(s)} is not a CAIP-2 chain id. Expected a form such as 'eip155:8453'.");

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChainId chain) => TryParse(text, null, out chain);

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ChainId result)
    {
        result = default;
        var colon = s?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (s is null || colon < 0)
        {
            return false;
        }

        var (chainNamespace, reference) = (s[..colon], s[(colon + 1)..]);
        if (chainNamespace.Length is < 3 or > 8
            || chainNamespace.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            || reference.Length is < 1 or > 32
            || reference.Any(c => !(Ascii.IsAlphanumeric(c) || c is '-' or '_'))
            || (chainNamespace == Eip155 && !IsCanonicalEvmNumber(reference)))
        {
            return false;
        }

        result = new(chainNamespace, reference);
        return true;
    }

    /// <summary>The canonical <c>namespace:reference</c> text.</summary>
    public override string ToString() => _namespace is null ? "(no chain)" : $"{_namespace}:{_reference}";

    private static bool IsCanonicalEvmNumber(string reference) =>
        Ascii.AreDigits(reference) && reference[0] != '0'
        && ulong.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
