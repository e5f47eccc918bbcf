using System.Globalization;
using CryptoMcp.Evm;

namespace CryptoMcp.Reputation;

/// <summary>Says in our own words why a registry refused a call.</summary>
public static class RegistryRevert
{
    private static readonly AbiFunction s_error = AbiFunction.Parse("error Error(string reason)");

    private static readonly AbiFunction s_nonexistent = AbiFunction.Parse("error ERC721NonexistentToken(uint256 tokenId)");

    private static readonly (AbiFunction Error, string Means)[] s_custom =
    [
        (AbiFunction.Parse("error ERC721InvalidReceiver(address receiver)"), "The receiving contract does not accept ERC-721 tokens."),
        (AbiFunction.Parse("error ERC721InsufficientApproval(address operator, uint256 tokenId)"), "The caller is neither owner nor approved."),
        (AbiFunction.Parse("error ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)"), "The agent belongs to somebody else."),
        (AbiFunction.Parse("error OwnableUnauthorizedAccount(address account)"), "Only the registry's owner may do that."),
        (AbiFunction.Parse("error NotInitializing()"), "The registry is not set up."),
        (AbiFunction.Parse("error InvalidInitialization()"), "The registry is set up already."),
    ];

    private static readonly Dictionary<string, string> s_reasons = new(StringComparer.Ordinal)
    {
        ["Not authorized"] = "Only the agent's owner, or whom the owner approved, may do that.",
        ["reserved key"] = "The metadata key 'agentWallet' is reserved; the wallet is bound with its own signature.",
        ["bad wallet"] = "The wallet is the zero address.",
        ["expired"] = "The wallet's signature has expired.",
        ["deadline too far"] = "The deadline lies more than 300 seconds after the newest block.",
        ["invalid wallet sig"] = "The new wallet did not sign this binding.",
        ["Self-feedback not allowed"] = "The agent's owner and operators cannot give it feedback.",
        ["too many decimals"] = "A feedback value has at most 18 decimals.",
        ["value too large"] = "A feedback value is at most 1e38 in integer units.",
        ["index must be > 0"] = "Feedback is counted from 1.",
        ["index out of bounds"] = "There is no feedback of that index.",
        ["Already revoked"] = "That feedback is revoked already.",
        ["clientAddresses required"] = "A summary needs the clients that it is about.",
        ["Empty URI"] = "A response needs a URI.",
        ["bad validator"] = "The validator is the zero address.",
        ["exists"] = "That request hash is taken already.",
        ["unknown"] = "There is no such validation request.",
        ["not validator"] = "Only the named validator may answer.",
        ["resp>100"] = "A response is 0 to 100.",
    };

    /// <summary>One sentence; a reason that we do not know is quoted as the untrusted text that it is.</summary>
    /// <param name="data">What the reverted call returned.</param>
    public static string Explain(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return "The call ended without a reason: the contract lacks this function, or ran out of gas.";
        }

        try
        {
            if (s_error.Matches(data))
            {
                var reason = s_error.DecodeArguments(data)[0].AsText();
                return s_reasons.TryGetValue(reason, out var means) ? means : $"The contract refused: {UntrustedText.Quote(reason)}.";
            }

            if (s_nonexistent.Matches(data))
            {
                return string.Create(CultureInfo.InvariantCulture, $"There is no agent {s_nonexistent.DecodeArguments(data)[0].AsNumber()}.");
            }

            foreach (var (error, means) in s_custom)
            {
                if (error.Matches(data))
                {
                    error.DecodeArguments(data);
                    return means;
                }
            }
        }
        catch (EvmFormatException)
        {
            // A contract may return anything; what is no known error is named by its selector below.
        }

        return $"The contract refused with error {Hex.Format(data[..Math.Min(4, data.Length)])}.";
    }
}
