using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CryptoMcp.Evm;
using CryptoMcp.Guard;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Policy;
using CryptoMcp.Solana;

namespace CryptoMcp.Commands;

/// <summary><c>policy</c>: read, check, explain, compare, test and start policy files. It never changes the policy in force.</summary>
internal static class PolicyCommand
{
    public static Command Create()
    {
        var policy = new Command("policy", "Read, check, explain, compare, test and start policy files. None of these changes the policy in force.");
        policy.Subcommands.Add(Apply());
        policy.Subcommands.Add(Cancel());
        policy.Subcommands.Add(Show());
        policy.Subcommands.Add(Check());
        policy.Subcommands.Add(Explain());
        policy.Subcommands.Add(Diff());
        policy.Subcommands.Add(PolicyTestCommand.Create());
        policy.Subcommands.Add(New());
        policy.Subcommands.Add(Schema());
        return policy;
    }

    private static Command Apply()
    {
        var file = File();
        var command = new Command("apply", "Put a later revision in force. What only tightens takes effect at once; anything else needs your approval and waits.");
        command.Arguments.Add(file);
        command.Run(async (parsed, ct) =>
        {
            var bytes = await System.IO.File.ReadAllBytesAsync(parsed.GetRequiredValue(file), ct);
            using var guard = GuardAccess.Connect(parsed);
            var answer = await guard.ProposePolicyAsync(bytes, "cryptomcp policy apply", ct);
            if (parsed.GetValue(CommandTree.Json))
            {
                Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(answer, GuardJson.Default.ProposalView));
                return ExitCode.Success;
            }

            if (answer.Approval is not { } asked)
            {
                Console.Out.WriteLine($"Revision {answer.Policy.Revision} is in force: it only tightens.");
                return ExitCode.Success;
            }

            Console.Out.WriteLine($"Revision {answer.Policy.Revision} stays in force: the change permits something new.");
            foreach (var fact in asked.Facts)
            {
                Console.Out.WriteLine($"  {fact.Name}: {fact.Text}");
            }

            Console.Out.WriteLine($"Approve it: cryptomcp approve {asked.ApprovalId}{(asked.Url is { } url ? $", or open {url}" : string.Empty)}");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Cancel()
    {
        var command = new Command("cancel", "Call a pending change of the policy back.");
        command.Run(async (parsed, ct) =>
        {
            using var guard = GuardAccess.Connect(parsed);
            var dropped = await guard.CancelProposalAsync(ct);
            Console.Out.WriteLine($"Called back: {dropped.Summary}.");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "Show the policy in force and what is left of each budget.");
        command.Run(async (parsed, ct) =>
        {
            using var guard = GuardAccess.Connect(parsed);
            var view = await guard.GetPolicyAsync(ct);
            if (parsed.GetValue(CommandTree.Json))
            {
                Console.Out.WriteLine(Json(view, GuardJson.Default.PolicyView));
                return ExitCode.Success;
            }

            Console.Out.WriteLine(string.Join(Environment.NewLine, view.Explanation));
            Console.Out.WriteLine();
            foreach (var budget in view.Budgets)
            {
                var name = budget.Key is null ? budget.Id : $"{budget.Id} ({budget.Key})";
                Console.Out.WriteLine($"{name,-24} {budget.Left,18} left of {budget.Limit} per {budget.Window}; used {budget.Used}, held {budget.Held}");
            }

            if (view.Frozen is { } frozen)
            {
                Console.Out.WriteLine($"FROZEN: {frozen}");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command Check()
    {
        var file = File();
        var command = new Command("check", "Say whether a policy file loads, with every mistake by line and column.");
        command.Arguments.Add(file);
        command.Run((parsed, _) =>
        {
            var path = parsed.GetRequiredValue(file);
            var json = parsed.GetValue(CommandTree.Json);
            try
            {
                var policy = PolicyDocument.Load(System.IO.File.ReadAllBytes(path));
                Console.Out.WriteLine(json
                    ? Json(
                        new PolicyCheckReport
                        {
                            Loads = true, Name = policy.Name, Revision = policy.Revision, Rules = policy.Rules.Count, Budgets = policy.Budgets.Count,
                            Mistakes = [],
                        },
                        PolicyReportsJson.Default.PolicyCheckReport)
                    : $"{path}: loads. '{policy.Name}', revision {policy.Revision}, {policy.Rules.Count} rules, {policy.Budgets.Count} budgets.");
                return Task.FromResult(ExitCode.Success);
            }
            catch (PolicyException e)
            {
                if (json)
                {
                    Console.Out.WriteLine(Json(new() { Loads = false, Mistakes = e.Mistakes }, PolicyReportsJson.Default.PolicyCheckReport));
                }

                foreach (var mistake in json ? [] : e.Mistakes)
                {
                    Console.Error.WriteLine($"{path}:{mistake.Line}:{mistake.Column}: {mistake.Path}: {mistake.Message}");
                }

                return Task.FromResult(ExitCode.CheckFailed);
            }
        });
        return command;
    }

    private static Command Explain()
    {
        var file = File();
        var command = new Command("explain", "Print a policy file in plain English.");
        command.Arguments.Add(file);
        command.Run((parsed, _) =>
        {
            var policy = Load(parsed.GetRequiredValue(file));
            var text = PolicyExplainer.Explain(policy);
            Console.Out.Write(parsed.GetValue(CommandTree.Json)
                ? Json(
                    new(policy.Name, policy.Revision, policy.Expires, text.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
                    PolicyReportsJson.Default.PolicyExplanationReport) + Environment.NewLine
                : text);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Diff()
    {
        var before = new Argument<string>("OLD") { Description = "The policy as it is." };
        var after = new Argument<string>("NEW") { Description = "The policy as it would be." };
        var command = new Command("diff", "Say what a change of policy newly allows and newly refuses.");
        command.Arguments.Add(before);
        command.Arguments.Add(after);
        command.Run((parsed, _) =>
        {
            var diff = PolicyDiff.Between(Load(parsed.GetRequiredValue(before)), Load(parsed.GetRequiredValue(after)));
            if (parsed.GetValue(CommandTree.Json))
            {
                Console.Out.WriteLine(Json(
                    new()
                    {
                        Loosens = diff.Loosens, NewlyAllowed = diff.NewlyAllowed, NewlyRefused = diff.NewlyRefused, Raised = diff.Raised,
                        Lowered = diff.Lowered, Other = diff.Other,
                    },
                    PolicyReportsJson.Default.PolicyDiffReport));
                return Task.FromResult(ExitCode.Success);
            }

            Print("Newly allowed", diff.NewlyAllowed);
            Print("Newly refused", diff.NewlyRefused);
            Print("Limits raised", diff.Raised);
            Print("Limits lowered", diff.Lowered);
            Print("Other", diff.Other);
            Console.Out.WriteLine(diff.Loosens ? "This change loosens the policy." : "This change loosens nothing.");
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command New()
    {
        var template = new Option<string>("--template")
        {
            Description = $"One of: {string.Join(", ", PolicyTemplates.Names)}.",
            DefaultValueFactory = _ => "test-networks",
            HelpName = "NAME",
        };
        template.AcceptOnlyFromAmong([.. PolicyTemplates.Names]);
        var chains = new Option<string[]>("--chain")
        {
            Description = "Chains to name in it, such as base. May be repeated; test networks by default.",
            HelpName = "CHAIN",
        };
        var command = new Command("new", "Print a policy to start from, for the wallets of this home.");
        command.Options.Add(template);
        command.Options.Add(chains);
        command.Run((parsed, _) =>
        {
            var home = GuardHome.Locate(parsed.GetValue(CommandTree.Home));
            var names = parsed.GetValue(chains) is { Length: > 0 } given ? given : ["sepolia", "base-sepolia"];
            var table = ChainTable.Load(home);
            foreach (var name in names)
            {
                if (!table.Evm.TryFind(name, out EvmChain? _, out var problem) && !table.Solana.TryFind(name, out SolanaCluster? _))
                {
                    throw new GuardException("unknown_chain", problem, $"Name a chain of this list, or add your own to '{home.ChainsFile}'.");
                }
            }

            var networks = FirstStart.Networks(table, names);
            var wallets = FirstStart.PolicyNames(new WalletStore(home, TimeProvider.System).List(), networks);
            var file = PolicyTemplates.Create(parsed.GetRequiredValue(template), wallets, networks, TimeProvider.System.GetUtcNow());
            Console.Out.WriteLine(Encoding.UTF8.GetString(file));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", "Print the JSON Schema of policy files.");
        command.Run((_, _) =>
        {
            Console.Out.Write(PolicySchema.Text);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private static Argument<string> File() => new("FILE") { Description = "A policy file." };

    private static PolicyDocument Load(string path)
    {
        try
        {
            return PolicyDocument.Load(System.IO.File.ReadAllBytes(path));
        }
        catch (PolicyException e)
        {
            throw new GuardException(Errors.PolicyInvalid, $"'{path}' does not load: {e.Mistakes[0]}", $"See all mistakes with 'cryptomcp policy check {path}'.", e);
        }
    }

    private static string Json<T>(T report, JsonTypeInfo<T> type) => JsonSerializer.Serialize(report, type);

    private static void Print(string title, IReadOnlyList<string> sentences)
    {
        if (sentences.Count > 0)
        {
            Console.Out.WriteLine($"{title}:");
            foreach (var sentence in sentences)
            {
                Console.Out.WriteLine($"  {sentence}");
            }
        }
    }
}
