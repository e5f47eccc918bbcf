using System.Globalization;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Loading;

/// <summary>The <c>if</c> of a rule.</summary>
internal static class ConditionReader
{
    public const string HostForm = "Write a host name in lower case without scheme, port or path, such as 'api.example.com' or " +
        "'*.example.com'.";

    private const string Not = "not ";

    private static readonly string[] s_members =
    [
        "wallet", "client", "chain", "asset", "amount", "to", "host", "scheme", "contract", "program", "function", "args", "loses", "gains",
        "primaryType", "time",
    ];

    public static Conditions? Read(JsonAt value, ReadContext context)
    {
        if (ObjectReader.Open(value, context.Mistakes, s_members) is not { } reader)
        {
            return null;
        }

        if (value.Members.Count == 0)
        {
            context.Mistakes.Add(value, "'if' is empty. Write at least one condition, such as \"to\": \"payee:name\".");
        }

        var function = Function(reader, context);
        return new()
        {
            Wallet = Names(
                reader, "wallet", context, name =>
                    context.Wallets.ContainsKey(name) ? null : $"No wallet has the name {Shown.Quote(name)}."),
            Client = Names(
                reader, "client", context, name => Grammar.IsClient(name) ? null : $"{Shown.Quote(name)} is not a client's identity."),
            Chain = Names(reader, "chain", context, name => ChainProblem(name, context)),
            Asset = Names(
                reader, "asset", context, name =>
                    context.Assets.ContainsKey(name) ? null : $"No asset has the symbol {Shown.Quote(name)}. Add it under 'assets'."),
            Amount = Bound(reader, "amount", context),
            To = Names(reader, "to", context, name => RecipientProblem(name, context)),
            Host = Names(reader, "host", context, name => Grammar.IsHost(name) ? null : $"{Shown.Quote(name)} is not a host. {HostForm}"),
            Scheme = Names(
                reader, "scheme", context, name =>
                    name is "exact" or "upto" ? null : $"{Shown.Quote(name)} is not a scheme. Write 'exact' or 'upto'."),
            Contract = Contract(reader, context),
            Program = Program(reader, context),
            Function = function,
            Arguments = ArgumentReader.Read(reader.Optional("args"), function, context),
            Loses = Bound(reader, "loses", context),
            Gains = Bound(reader, "gains", context),
            PrimaryType = reader.Text("primaryType", "\"Permit\"", required: false),
            Time = Time(reader, context),
        };
    }

    private static NameSet? Names(ObjectReader reader, string member, ReadContext context, Func<string, string?> problemOf)
    {
        if (reader.Optional(member) is not { } value)
        {
            return null;
        }

        var entries = value.Kind == JsonKind.Text ? [value]
            : Loading.Read.Items(value, context.Mistakes, $"one or more of '{member}'").ToList();
        List<string> included = [];
        List<string> excluded = [];
        foreach (var entry in entries)
        {
            if (Loading.Read.Text(entry, context.Mistakes, $"\"{member}\"") is not { } text)
            {
                continue;
            }

            var negated = text.StartsWith(Not, StringComparison.Ordinal);
            var name = negated ? text[Not.Length..] : text;
            if (problemOf(name) is { } problem)
            {
                context.Mistakes.Add(entry, problem);
            }
            else if (included.Contains(name) || excluded.Contains(name))
            {
                context.Mistakes.Add(entry, $"{Shown.Quote(name)} stands here twice. Keep it once.");
            }

            (negated ? excluded : included).Add(name);
        }

        return new(included, excluded);
    }

    private static string? ChainProblem(string name, ReadContext context) =>
        Grammar.TryChain(name, out var chain) && context.Chains.Contains(chain)
            ? null
            : $"{Shown.Quote(name)} is not a chain of this file. Write one that an asset is listed on, such as 'eip155:8453'.";

    private static string? RecipientProblem(string name, ReadContext context)
    {
        if (name is "self" or "payee:*")
        {
            return null;
        }

        if (name.StartsWith("payee:", StringComparison.Ordinal))
        {
            return context.Payees.ContainsKey(name["payee:".Length..]) ? null
                : $"{Shown.Quote(name)} is not among 'payees'. Add the payee there with its address.";
        }

        return AddressText.ProblemOnAnyChain(name) is { } problem
            ? $"{Shown.Quote(name)} is not a recipient. Write 'payee:name', 'payee:*', 'self' or a full address. {problem}"
            : null;
    }

    private static Bound? Bound(ObjectReader reader, string member, ReadContext context)
    {
        if (reader.Text(member, "\"<= 5 USDC\"", required: false) is not { } text)
        {
            return null;
        }

        var where = reader.Optional(member)!;
        var bound = BoundText.Read(text, where, context);
        if (bound is { Unit: null })
        {
            context.Mistakes.Add(where, $"{Shown.Quote(text)} has no unit. Write for example \"<= 5 USDC\" or \"<= 5 USD\".");
        }

        return bound;
    }

    private static ContractReference? Contract(ObjectReader reader, ReadContext context)
    {
        if (reader.Text("contract", "\"eip155:8453/0x…\"", required: false) is not { } text)
        {
            return null;
        }

        var where = reader.Optional("contract")!;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !Grammar.TryChain(text[..slash], out var chain) || !chain.IsEvm)
        {
            context.Mistakes.Add(where, $"{Shown.Quote(text)} is not a contract. Write chain, '/' and address, such as 'eip155:8453/0x…'.");
            return null;
        }

        if (AddressText.Problem(chain, text[(slash + 1)..]) is { } problem)
        {
            context.Mistakes.Add(where, problem);
        }

        return new(chain, text[(slash + 1)..]);
    }

    private static string? Program(ObjectReader reader, ReadContext context)
    {
        var program = reader.Text("program", "\"…\"", required: false);
        if (program is not null && !Base58.Is32Bytes(program))
        {
            context.Mistakes.Add(reader.Optional("program")!, $"{Shown.Quote(program)} is not the address of a Solana program.");
        }

        return program;
    }

    private static FunctionSignature? Function(ObjectReader reader, ReadContext context)
    {
        if (reader.Text("function", "\"deposit(uint256 assets, address receiver)\"", required: false) is not { } text)
        {
            return null;
        }

        if (!FunctionText.TryParse(text, out var function, out var problem))
        {
            context.Mistakes.Add(reader.Optional("function")!, problem);
        }

        return function;
    }

    private static TimeOfDay? Time(ObjectReader reader, ReadContext context)
    {
        if (reader.Text("time", "\"07:00-22:00 Europe/Berlin\"", required: false) is not { } text)
        {
            return null;
        }

        var where = reader.Optional("time")!;
        var negated = text.StartsWith(Not, StringComparison.Ordinal);
        var parts = (negated ? text[Not.Length..] : text).Split(' ');
        if (parts.Length != 2 || parts[0].Length != 11 || parts[0][5] != '-' || !TryClock(parts[0][..5], out var from)
            || !TryClock(parts[0][6..], out var until) || from == until)
        {
            context.Mistakes.Add(
                where, $"{Shown.Quote(text)} is not a time of day. Write for example '07:00-22:00 Europe/Berlin' or 'not 07:00-22:00 " +
                    $"Europe/Berlin'.");
            return null;
        }

        if (!parts[1].Contains('/', StringComparison.Ordinal) || !TimeZoneInfo.TryFindSystemTimeZoneById(parts[1], out var zone))
        {
            context.Mistakes.Add(
                where, $"{Shown.Quote(parts[1])} is not a time zone of this machine's IANA database. Write for example 'Europe/Berlin' " +
                    $"or 'Etc/UTC'.");
            return null;
        }

        return new() { Negated = negated, From = from, Until = until, Zone = zone };

        static bool TryClock(string clock, out TimeOnly time) =>
            TimeOnly.TryParseExact(clock, "HH':'mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
