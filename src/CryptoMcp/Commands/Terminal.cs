using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using Spectre.Console;

namespace CryptoMcp.Commands;

/// <summary>The person at the terminal. Secrets are read key by key, never echoed, and never become a string.</summary>
internal static class Terminal
{
    private const int MaxSecretBytes = 1024;

    /// <summary>True when a person can answer: input and error stream are a terminal.</summary>
    public static bool IsPresent => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Plain, unbroken lines where the output goes to a file or another program.</summary>
    public static void PrepareOutput()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
            AnsiConsole.Profile.Capabilities.Interactive = false;
            AnsiConsole.Profile.Width = 400;
        }
    }

    /// <summary>Stops when nobody can answer.</summary>
    /// <exception cref="GuardException">Input is not a terminal.</exception>
    public static void Require(string what)
    {
        if (!IsPresent)
        {
            throw new GuardException(
                "terminal_needed", $"{what} asks the owner, whom it finds at a terminal only.", "Run the command in a terminal, without pipes.");
        }
    }

    /// <summary>Reads a secret without showing it; null when the line is empty.</summary>
    public static SecretBytes? ReadSecret(string prompt)
    {
        Console.Error.Write(prompt);
        Span<byte> buffer = stackalloc byte[MaxSecretBytes];
        Span<char> typed = stackalloc char[1];
        var length = 0;
        try
        {
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                if (key.Key == ConsoleKey.Enter)
                {
                    Console.Error.WriteLine();
                    return length == 0 ? null : SecretBytes.CopyOf(buffer[..length]);
                }

                if (key.Key == ConsoleKey.Backspace)
                {
                    length = LengthWithoutLastCharacter(buffer[..length]);
                }
                else if (!char.IsControl(key.KeyChar) && length + 4 <= buffer.Length)
                {
                    typed[0] = key.KeyChar;
                    length += Encoding.UTF8.GetBytes(typed, buffer[length..]);
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Reads a new passphrase twice; null when the owner wants none.</summary>
    public static SecretBytes? ReadNewPassphrase(string prompt = "Passphrase for the new wallet (empty: the guard opens it by itself): ")
    {
        while (true)
        {
            var first = ReadSecret(prompt);
            if (first is null)
            {
                return null;
            }

            using var second = ReadSecret("The same again: ");
            if (second is not null && CryptographicOperations.FixedTimeEquals(first.Span, second.Span))
            {
                return first;
            }

            first.Dispose();
            Console.Error.WriteLine("They differ. Once more.");
        }
    }

    /// <summary>Asks a question whose answer is a word.</summary>
    public static bool Confirm(string question, string word)
    {
        Console.Error.Write($"{question} Type '{word}' to go on: ");
        return Console.ReadLine() == word;
    }

    private static int LengthWithoutLastCharacter(ReadOnlySpan<byte> utf8)
    {
        var length = utf8.Length;
        while (length > 0 && (utf8[--length] & 0xC0) == 0x80)
        {
            // Continuation bytes belong to the character before them.
        }

        return length;
    }
}
