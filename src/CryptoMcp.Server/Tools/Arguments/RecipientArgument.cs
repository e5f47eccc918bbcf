using CryptoMcp.Server.Chains;
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

    /// <summary>Checks the form: the checksum of an address, the spelling of a payee.</summary>
    /// <exception cref="ToolException"><c>name_not_accepted</c>, <c>invalid_payee</c> or <c>invalid_address</c>.</exception>
    public static string Read(string text, ServedChain chain)
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

        return chain.ReadRecipient(text);
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
}
