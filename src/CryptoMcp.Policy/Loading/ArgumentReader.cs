using System.Globalization;
using System.Numerics;
using CryptoMcp.Policy.Addresses;

namespace CryptoMcp.Policy.Loading;

/// <summary>The <c>args</c> of a rule: tests that fit the types of the function's parameters.</summary>
internal static class ArgumentReader
{
    public static Dictionary<string, ArgumentTest>? Read(JsonAt? value, FunctionSignature? function, ReadContext context)
    {
        if (value is null)
        {
            return null;
        }

        var tests = new Dictionary<string, ArgumentTest>(StringComparer.Ordinal);
        foreach (var entry in Loading.Read.Entries(value, context.Mistakes, "a parameter's name and its test"))
        {
            if (Loading.Read.Text(entry.Value, context.Mistakes, "\"self\"") is not { } text)
            {
                continue;
            }

            if (function?.Parameters.FirstOrDefault(p => p.Name == entry.Name) is not { } parameter || entry.Name.Length == 0)
            {
                context.Mistakes.Add(
                    entry, $"{Shown.Quote(entry.Name)} is not a parameter of 'function'. Write the names that the signature gives.");
                continue;
            }

            if (ReadTest(text, parameter, entry.Value, context) is { } test)
            {
                tests[entry.Name] = test;
            }
        }

        return tests;
    }

    private static ArgumentTest? ReadTest(string text, FunctionParameter parameter, JsonAt where, ReadContext context)
    {
        var isNumber = parameter.Type.StartsWith("uint", StringComparison.Ordinal)
            || parameter.Type.StartsWith("int", StringComparison.Ordinal);
        if (parameter.Type == "address" && text == "self")
        {
            return new(ArgumentTestKind.Self, string.Empty);
        }

        if (parameter.Type == "address" && text.StartsWith("payee:", StringComparison.Ordinal)
            && context.Payees.ContainsKey(text["payee:".Length..]))
        {
            return new(ArgumentTestKind.Payee, text["payee:".Length..]);
        }

        if (text.StartsWith("= ", StringComparison.Ordinal) && LiteralProblem(text[2..], parameter.Type) is var problem)
        {
            if (problem is not null)
            {
                context.Mistakes.Add(where, $"{Shown.Quote(text[2..])} is not a value of type {parameter.Type}. {problem}");
            }

            return new(ArgumentTestKind.EqualTo, text[2..]);
        }

        if (isNumber && text.Length > 0 && text[0] is '<' or '>')
        {
            var bound = BoundText.Read(text, where, context);
            if (bound?.Unit is { Kind: BudgetUnitKind.Usd })
            {
                context.Mistakes.Add(
                    where, "An argument is a number of an asset's units and has no dollar value. Write the asset, such as \"<= 20 USDC\".");
            }

            return bound is null ? null : new(ArgumentTestKind.Within, string.Empty, bound);
        }

        context.Mistakes.Add(where, $"{Shown.Quote(text)} is not a test of {parameter.Type}. {Advice(parameter.Type, isNumber)}");
        return null;
    }

    private static string Advice(string type, bool isNumber) =>
        type == "address" ? "Write 'self', 'payee:name' of a payee in this file, or '= 0x…'."
        : isNumber ? "Write '<= 20 USDC', '<= 100' or '= 5'."
        : $"Write '= ' and the value.";

    private static string? LiteralProblem(string literal, string type) => type switch
    {
        "address" => AddressText.ProblemOnAnyChain(literal),
        "bool" => literal is "true" or "false" ? null : "Write 'true' or 'false'.",
        "string" => Grammar.IsPlainText(literal) ? null : "Write visible characters only.",
        _ when type.Contains("int", StringComparison.Ordinal) && !type.Contains('[', StringComparison.Ordinal) =>
            BigInteger.TryParse(literal, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number.ToString(CultureInfo.InvariantCulture) == literal ? null : "Write decimal digits.",
        _ when type.StartsWith("bytes", StringComparison.Ordinal)
            && int.TryParse(type.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var size) =>
            literal.Length == 2 + (2 * size) && literal.StartsWith("0x", StringComparison.Ordinal)
                && literal[2..].All(char.IsAsciiHexDigitLower)
                ? null
                : $"Write 0x and {2 * size} lower-case hex digits.",
        _ => "Values of this type cannot be tested.",
    };
}
