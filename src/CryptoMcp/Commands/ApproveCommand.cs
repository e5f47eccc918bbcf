using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Commands;

/// <summary>
/// <c>approve</c>: the owner's answer at a terminal, and the enrolment of a passkey for answers in a browser. Shows the
/// frozen document; the guard verifies passphrase and address, this program only asks for them.
/// </summary>
internal static class ApproveCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "The question, such as apr_…; without it, what waits is listed.", Arity = ArgumentArity.ZeroOrOne };
        var refuse = new Option<bool>("--refuse") { Description = "Say no. Needs no passphrase: it permits nothing." };
        var enroll = new Option<string?>("--enroll")
        {
            Description = "Print a link with which one passkey can be enrolled in the next ten minutes, in a browser on this machine.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("approve", "See what your policy asks you about, and answer it with your passphrase.");
        command.Arguments.Add(id);
        command.Options.Add(refuse);
        command.Options.Add(enroll);
        command.Run(async (parsed, ct) =>
        {
            using var guard = GuardAccess.Connect(parsed);
            if (parsed.GetResult(enroll) is { Implicit: false })
            {
                return await EnrollAsync(guard, parsed.GetValue(enroll) ?? "passkey", ct);
            }

            return parsed.GetValue(id) switch
            {
                null => await ListAsync(guard, parsed.GetValue(CommandTree.Json), ct),
                { } one when parsed.GetValue(refuse) => await RefuseAsync(guard, one, ct),
                { } one => await ApproveAsync(guard, one, ct),
            };
        });
        return command;
    }

    private static async Task<int> ListAsync(GuardClient guard, bool json, CancellationToken ct)
    {
        var list = await guard.ListApprovalsAsync(ct);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(list, GuardJson.Default.ApprovalList));
            return ExitCode.Success;
        }

        foreach (var view in list.Approvals)
        {
            Show(view);
            Console.Out.WriteLine($"Answer: cryptomcp approve {view.ApprovalId}, or with --refuse");
            Console.Out.WriteLine();
        }

        Console.Out.WriteLine(list.Approvals.Count == 0 ? "Nothing waits for you." : $"{list.Approvals.Count} wait for you.");
        if (list.Url is { } url)
        {
            Console.Out.WriteLine($"The same in a browser: {url}");
        }

        return ExitCode.Success;
    }

    private static async Task<int> RefuseAsync(GuardClient guard, string id, CancellationToken ct)
    {
        var view = await guard.RefuseAsync(id, ct);
        Console.Out.WriteLine($"Refused: {view.Summary}. Nothing was paid.");
        return ExitCode.Success;
    }

    private static async Task<int> ApproveAsync(GuardClient guard, string id, CancellationToken ct)
    {
        Terminal.Require("'approve'");
        var view = await guard.GetApprovalAsync(id, ct);
        Show(view);
        if (view.Status != "waiting")
        {
            Console.Out.WriteLine($"It is {view.Status} and cannot be answered any more.");
            return ExitCode.Failed;
        }

        var last = string.Empty;
        if (view.To is not null)
        {
            Console.Error.Write("The last four characters of the address that you mean to pay: ");
            last = Console.ReadLine()?.Trim() ?? string.Empty;
        }

        var answer = await WithPassphraseAsync(guard, passphrase => guard.ApproveAsync(view.ApprovalId, view.Sha256, last, passphrase, ct), ct);
        Console.Out.WriteLine(answer.Payment is { } payment ? $"Approved. {payment.State}: {payment.StateMeans}" : $"Approved. {answer.Next}");
        return ExitCode.Success;
    }

    private static async Task<int> EnrollAsync(GuardClient guard, string name, CancellationToken ct)
    {
        Terminal.Require("'approve --enroll'");
        var link = await WithPassphraseAsync(guard, passphrase => guard.BeginEnrolmentAsync(name, passphrase, ct), ct);
        Console.Out.WriteLine("Open this in your browser on this machine, within ten minutes. It works once:");
        Console.Out.WriteLine(link.Url);
        return ExitCode.Success;
    }

    /// <summary>Asks for the passphrase, or lets the owner choose one where there is none yet.</summary>
    private static async Task<T> WithPassphraseAsync<T>(GuardClient guard, Func<ReadOnlyMemory<byte>, Task<T>> act, CancellationToken ct)
    {
        var owner = await guard.GetOwnerAsync(ct);
        if (owner.Passphrase == "unset")
        {
            Console.Error.WriteLine("This wallet opens by itself, so choose a passphrase for approvals, once. Nobody can change it from here.");
            using var chosen = Terminal.ReadNewPassphrase("Passphrase for approvals: ")
                ?? throw new GuardException("nothing_entered", "Nothing was entered.", "Run it again and choose a passphrase.");
            await InClearAsync(chosen, bytes => guard.ChoosePassphraseAsync(bytes, ct));
        }

        var whose = owner.Passphrase.StartsWith("wallet ", StringComparison.Ordinal) ? $"Passphrase of {owner.Passphrase}: " : "Passphrase for approvals: ";
        using var passphrase = Terminal.ReadSecret(whose) ?? throw new GuardException("nothing_entered", "Nothing was entered.", "Run it again and type the passphrase.");
        return await InClearAsync(passphrase, act);
    }

    /// <summary>Lends the secret's bytes to a request, pinned, and wipes them afterwards.</summary>
    private static async Task<T> InClearAsync<T>(SecretBytes secret, Func<ReadOnlyMemory<byte>, Task<T>> act)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(secret.Length, pinned: true);
        secret.Span.CopyTo(bytes);
        try
        {
            return await act(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void Show(ApprovalView view)
    {
        Console.Out.WriteLine(view.Summary);
        foreach (var fact in view.Facts)
        {
            Console.Out.WriteLine($"  {fact.Name + ':',-24} {fact.Text}");
        }

        foreach (var quote in view.Quotes)
        {
            Console.Out.WriteLine($"  Unchecked text. {quote.Name}: \"{quote.Text}\"");
        }

        Console.Out.WriteLine($"  {"Document:",-24} SHA-256 {view.Sha256}");
    }
}
