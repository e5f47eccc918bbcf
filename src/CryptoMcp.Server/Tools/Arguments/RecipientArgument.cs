using System.Buffers;
using CryptoMcp.Evm;
using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server.Tools.Arguments;

/// <summary>
/// Who is to be paid: a full address or a payee of the policy. Never a name that somebody else controls: whoever can
/// change an ENS record would otherwise choose where the money goes.
/// </summary>
internal static class RecipientArgument
{
    /// <summary>One line for the schema.</summary>
    public const string Help = "Full address, or payee:name from policy_show. No ENS names.";

    private const string PayeePrefix = "payee:";

    private static readonly SearchValues<char> s_base58 = SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");

    /// <summary>Checks the form: the checksum of an address, the spelling of a payee.</summary>
    /// <exception cref="ToolException"><c>name_not_accepted</c>, <c>invalid_payee</c> or <c>invalid_address</c>.</exception>
    public static string Read(string text, string chainName)
    {
        if (text.StartsWith(PayeePrefix, StringComparison.Ordinal))
        {
            return IsPayeeName(text.AsSpan(PayeePrefix.Length))
                ? text
                : throw new ToolException("invalid_payee", "That is no name of a payee.", "Pass payee:name with a name that policy_show lists.");
        }

        if (text.Contains('.', StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal))
        {
            throw new ToolException(
                "name_not_accepted",
                "Names such as ENS are not paid: whoever holds the name can change the address behind it.",
                "Call name_resolve to see the address and let the user confirm it, or ask the owner to add a payee to the policy and pass payee:name.");
        }

        if (!EvmAddress.TryParse(text, out var address, out var problem))
        {
            throw LooksLikeSolana(text)
                ? new ToolException(
                    "invalid_address",
                    $"That looks like a Solana address, but {chainName} is an EVM chain.",
                    "Pass an address of 0x and 40 hexadecimal digits, or check the chain.")
                : new ToolException("invalid_address", problem, "Pass the full address as its owner gave it, or payee:name from policy_show.");
        }

        return address.IsZero
            ? throw new ToolException("invalid_address", "The zero address belongs to nobody; what is sent there is lost.", "Pass the recipient's address.")
            : address.ToString();
    }

    private static bool IsPayeeName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return name.Length is >= 1 and <= 64;
    }

    private static bool LooksLikeSolana(string text) => text.Length is >= 32 and <= 44 && !text.AsSpan().ContainsAnyExcept(s_base58);
}
