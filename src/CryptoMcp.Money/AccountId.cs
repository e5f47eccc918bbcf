namespace CryptoMcp.Money;

/// <summary>
/// An account on a chain, as <see href="https://chainagnostic.org/CAIPs/caip-10">CAIP-10</see> names it:
/// <c>eip155:8453:0x52908400098527886E0F7030069857D2E4169EE7</c>. The address is kept as written; whether it is valid
/// on its chain (EIP-55 checksum, base58 length) is for the chain's own library to say.
/// </summary>
/// <param name="Chain">The chain.</param>
/// <param name="Address">1 to 128 characters of <c>[-.%a-zA-Z0-9]</c>.</param>
public readonly record struct AccountId(ChainId Chain, string Address)
{
    /// <summary>Reads <c>namespace:reference:address</c>.</summary>
    /// <exception cref="MoneyFormatException">The text is not a CAIP-10 account id.</exception>
    public static AccountId Parse(string text) =>
        TryParse(text, out var account)
            ? account
            : throw new MoneyFormatException($"{UntrustedText.Quote(text)} is not a CAIP-10 account id. Expected a form such as 'eip155:8453:0x…'.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string? text, out AccountId account)
    {
        account = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (text is null || colon < 0 || !ChainId.TryParse(text[..colon], out var chain))
        {
            return false;
        }

        var address = text[(colon + 1)..];
        if (address.Length is < 1 or > 128 || address.Any(c => !(Ascii.IsAlphanumeric(c) || c is '-' or '.' or '%')))
        {
            return false;
        }

        account = new(chain, address);
        return true;
    }

    /// <summary>The CAIP-10 text.</summary>
    public override string ToString() => $"{Chain}:{Address}";
}
