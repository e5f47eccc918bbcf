using System.Collections;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Commands;

/// <summary>
/// Refuses to start where the environment carries a key or a recovery phrase: every program of the user could read it, and
/// every child inherits it.
/// </summary>
internal static class EnvironmentSecrets
{
    private static readonly string[] s_names = ["PRIVATE_KEY", "PRIVATEKEY", "SECRET_KEY", "MNEMONIC", "SEED_PHRASE", "RECOVERY_PHRASE", "WALLET_KEY"];

    /// <exception cref="GuardException">A variable looks like a key or a phrase. Its value is not repeated.</exception>
    public static void Refuse()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var (name, value) = ((string)variable.Key, (string?)variable.Value ?? string.Empty);
            if (Array.Exists(s_names, part => name.Contains(part, StringComparison.OrdinalIgnoreCase)) && (IsKey(value) || IsPhrase(value)))
            {
                throw new GuardException(
                    "key_in_environment",
                    $"The environment variable {name} holds what looks like a key or a recovery phrase, where other programs of this user can read it.",
                    "Remove it, move the money if it was ever real, and store the key with 'cryptomcp wallet import', which reads it from the terminal.");
            }
        }
    }

    private static bool IsKey(string text)
    {
        var hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return hex.Length == 64 && hex.All(char.IsAsciiHexDigit);
    }

    private static bool IsPhrase(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: 12 or 15 or 18 or 21 or 24 } words && words.All(word => word.All(char.IsAsciiLetter));
}
