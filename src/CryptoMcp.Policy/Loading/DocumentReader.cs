using System.Globalization;
using System.Security.Cryptography;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Loading;

/// <summary>Reads a policy file, section by section; later sections refer to names of earlier ones.</summary>
internal static class DocumentReader
{
    /// <summary>A policy is a page or two; more is a mistake or an attack.</summary>
    private const int MostBytes = 1 << 20;

    public static PolicyDocument Read(ReadOnlyMemory<byte> utf8Json)
    {
        var mistakes = new Mistakes(utf8Json);
        if (utf8Json.Length > MostBytes)
        {
            mistakes.Add(0, "$", "The file is larger than 1 MiB. A policy is a page or two.");
            mistakes.ThrowIfAny();
        }

        var document = PositionedJson.Parse(utf8Json, mistakes) is { } root
            ? ReadRoot(root, new ReadContext(mistakes), Convert.ToHexStringLower(SHA256.HashData(utf8Json.Span)))
            : null;
        mistakes.ThrowIfAny();
        document!.Compile();
        return document;
    }

    private static PolicyDocument? ReadRoot(JsonAt value, ReadContext context, string sha256)
    {
        var root = ObjectReader.Open(
            value, context.Mistakes, "policy", "name", "revision", "expires", "wallets", "assets", "payees", "budgets", "rules", "limits",
            "approval", "rpc", "changes");
        if (root is null)
        {
            return null;
        }

        if (root.Text("policy", $"\"{PolicyDocument.Format}\"") is { } format && format != PolicyDocument.Format)
        {
            context.Mistakes.Add(
                root.Optional("policy")!, $"{Shown.Quote(format)} is not a known format. Write \"{PolicyDocument.Format}\".");
        }

        var name = context.Plain(root, "name", 100, required: true);
        var revision = root.Integer("revision", 1, int.MaxValue);
        var expires = ReadExpiry(root, context);
        ReadWallets(root, context);
        AssetReader.ReadAll(root, context);
        PayeeReader.ReadAll(root, context);
        var budgets = BudgetReader.ReadAll(root, context);
        var limits = LimitsReader.Read(root, context);
        var rules = RuleReader.ReadAll(root, context);
        var approval = SurroundingsReader.ReadApproval(root, context);
        var rpc = SurroundingsReader.ReadRpc(root, context);
        var changes = SurroundingsReader.ReadChanges(root, context, approval);
        return context.Mistakes.Any ? null : new()
        {
            Name = name!,
            Revision = revision!.Value,
            Expires = expires!.Value,
            Sha256 = sha256,
            Wallets = context.Wallets,
            Assets = context.Assets,
            Payees = context.Payees,
            Budgets = budgets,
            Rules = rules,
            Limits = limits!,
            Approval = approval!,
            Rpc = rpc,
            Changes = changes!,
        };
    }

    private static DateTimeOffset? ReadExpiry(ObjectReader root, ReadContext context)
    {
        if (root.Text("expires", "\"2027-02-28T00:00:00Z\"") is not { } text)
        {
            return null;
        }

        // Two exact forms: with DateTimeOffset.Parse, text without an offset would mean the machine's own time zone.
        if (DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var utc)
            || (text.Length == 25
                && DateTimeOffset.TryParseExact(
                    text, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out utc)))
        {
            return utc.ToUniversalTime();
        }

        context.Mistakes.Add(
            root.Optional("expires")!,
            $"{Shown.Quote(text)} is not a moment. Write date, time and offset, such as \"2027-02-28T00:00:00Z\".");
        return null;
    }

    private static void ReadWallets(ObjectReader root, ReadContext context)
    {
        if (root.Required("wallets", "{ \"main\": \"0x…\" }") is not { } wallets)
        {
            return;
        }

        foreach (var entry in Loading.Read.Entries(wallets, context.Mistakes, "a wallet's name and its address"))
        {
            context.CheckName(entry);
            if (Loading.Read.Text(entry.Value, context.Mistakes, "\"0x…\"") is not { } address)
            {
                continue;
            }

            if (AddressText.ProblemOnAnyChain(address) is { } problem)
            {
                context.Mistakes.Add(entry.Value, problem);
            }
            else if (context.Wallets.Values.Any(other => AddressText.Same(other, address)))
            {
                context.Mistakes.Add(entry.Value, "Another wallet has this address already. Name each address once.");
            }

            context.Wallets[entry.Name] = address;
        }
    }
}
