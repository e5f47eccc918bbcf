namespace CryptoMcp.Policy.Loading;

/// <summary>
/// What an <c>allow</c> or <c>ask</c> rule has to say before it opens calls to contracts: everything that could name a
/// recipient, a spender, an amount or another call. What it does not say, the agent chooses.
/// </summary>
internal static class OpenedCalls
{
    public static void Check(string operation, Conditions conditions, JsonAt where, ReadContext context)
    {
        if (operation == Operations.ContractCall)
        {
            Require(conditions.Contract is not null, "contract", "\"eip155:8453/0x…\"", where, context);
            Require(conditions.Function is not null, "function", "\"deposit(uint256 assets, address receiver)\"", where, context);
        }

        if (operation == Operations.SolProgram)
        {
            Require(conditions.Program is not null, "program", "\"…\"", where, context);
        }

        if (operation == Operations.TypedData)
        {
            Require(conditions.PrimaryType is not null, "primaryType", "\"Order\"", where, context);
        }

        if (conditions.Function is { } function)
        {
            CheckFunction(function, conditions, Member(where, "function"), context);
        }
    }

    private static void CheckFunction(FunctionSignature function, Conditions conditions, JsonAt where, ReadContext context)
    {
        if (KnownCalls.CarriesCalls(function.Name))
        {
            context.Mistakes.Add(
                where, $"{Shown.Quote(function.Name)} carries other calls, which this rule could not test. Only a built-in adapter may " +
                    $"call it.");
        }
        else if (KnownCalls.NeverSigned(function.Name) is not null)
        {
            context.Mistakes.Add(
                where, $"{Shown.Quote(function.Name)} is on the fixed list of things that are never signed. Remove the rule.");
        }

        foreach (var parameter in function.Parameters)
        {
            if (parameter.Type == "bytes" || parameter.Type.Contains('[', StringComparison.Ordinal))
            {
                context.Mistakes.Add(
                    where, $"A parameter of type {parameter.Type} can carry recipients, amounts or calls that no test reaches. Only a " +
                        $"built-in adapter may call such a function.");
            }
            else if (
                parameter.Type != "string" && (parameter.Name.Length == 0 || conditions.Arguments?.ContainsKey(parameter.Name) != true))
            {
                var name = parameter.Name.Length == 0 ? "a name and" : $"\"{parameter.Name}\" in 'args' with";
                context.Mistakes.Add(
                    where, $"The {parameter.Type} parameter {Shown.Quote(parameter.Name)} is not tested, so the agent could choose it. " +
                        $"Give it {name} a test such as 'self' or '<= 20 USDC'.");
            }
        }
    }

    private static void Require(bool present, string member, string example, JsonAt where, ReadContext context)
    {
        if (!present)
        {
            context.Mistakes.Add(
                where, $"A rule that opens this operation has to name '{member}'. Write for example \"{member}\": {example}.");
        }
    }

    private static JsonAt Member(JsonAt value, string name) => value.Members.FirstOrDefault(member => member.Name == name)?.Value ?? value;
}
