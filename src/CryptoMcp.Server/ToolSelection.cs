using CryptoMcp.Server.Infrastructure;

namespace CryptoMcp.Server;

/// <summary>
/// Which tools a server offers. A model reads every tool of the list before its first thought, so the default is the
/// everyday set; the rest is there on request. Read-only wins over everything: no tool that acts is listed or called.
/// </summary>
public sealed record ToolSelection
{
    /// <summary>The toolsets, by name, with what they are for. A tool belongs to the one that has its name, else its name's first word.</summary>
    public static IReadOnlyList<Toolset> All { get; } =
    [
        new("wallet", "accounts, balances, transfers, payments, approvals, policy and chain facts", IsDefault: true,
            ["wallet", "transfer", "payment", "approval", "policy", "token", "name", "transaction", "chain"]),
        new("x402", "pay for web resources that charge", IsDefault: true, ["x402"]),
        new("market", "find services for sale, call paid tools of MCP servers", IsDefault: false, ["x402_discover", "x402_call_tool"]),
        new("selling", "ask for payments", IsDefault: false, ["invoice"]),
        new("contracts", "read and call contracts, list and revoke allowances", IsDefault: false, ["contract", "allowance"]),
        new("reputation", "who an agent or wallet is, and what can be proven about it", IsDefault: false, ["reputation", "verify"]),
        new("yield", "lending rates, deposits, swaps", IsDefault: false, ["yield", "swap", "governance"]),
    ];

    /// <summary>The everyday set.</summary>
    public static ToolSelection Default { get; } = new();

    /// <summary>Every tool there is.</summary>
    public static ToolSelection Everything { get; } = new() { Toolsets = [.. All.Select(set => set.Name)] };

    /// <summary>Names of toolsets.</summary>
    public IReadOnlyList<string> Toolsets { get; init; } = [.. All.Where(set => set.IsDefault).Select(set => set.Name)];

    /// <summary>Only tools that read.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Reads names separated by commas: <c>wallet,contracts</c>; <c>default</c> and <c>all</c> stand for several. Null when
    /// one is unknown.
    /// </summary>
    public static IReadOnlyList<string>? TryParseToolsets(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var chosen = new List<string>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (name is "default" or "all")
            {
                chosen.AddRange((name == "all" ? Everything : Default).Toolsets);
            }
            else if (All.Any(set => set.Name == name))
            {
                chosen.Add(name);
            }
            else
            {
                return null;
            }
        }

        return chosen.Count == 0 ? null : [.. chosen.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether a tool is offered.</summary>
    /// <param name="tool">Its name.</param>
    /// <param name="reads">Its <c>readOnlyHint</c>.</param>
    public bool Includes(string tool, bool reads)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return (reads || !ReadOnly) && Find(tool) is { } set && Toolsets.Contains(set.Name, StringComparer.Ordinal);
    }

    /// <summary>Why a tool that is not listed cannot be called, where that is this selection's doing; null otherwise.</summary>
    internal ToolException? WhyWithheld(string tool) => Find(tool) switch
    {
        null => null,
        { } set when !Toolsets.Contains(set.Name, StringComparer.Ordinal) => new(
            "not_offered",
            $"This server does not offer the toolset '{set.Name}' ({set.For})",
            $"Tell the user that 'cryptomcp serve --toolsets {string.Join(',', Toolsets.Append(set.Name))}' does."),
        _ when ReadOnly => new("not_offered", "This server only reads", "Tell the user; do not look for another way."),
        _ => null,
    };

    /// <summary>The toolset that a tool belongs to.</summary>
    internal static Toolset? Find(string tool)
    {
        if (All.FirstOrDefault(set => set.Groups.Contains(tool, StringComparer.Ordinal)) is { } named)
        {
            return named;
        }

        var end = tool.IndexOf('_', StringComparison.Ordinal);
        var group = end < 0 ? tool : tool[..end];
        return All.FirstOrDefault(set => set.Groups.Contains(group, StringComparer.Ordinal));
    }
}

/// <summary>Tools that belong together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="For">What it is for, in a few words.</param>
/// <param name="IsDefault">Whether it is offered when nothing else is asked for.</param>
/// <param name="Groups">First words of the names of its tools, or whole names.</param>
public sealed record Toolset(string Name, string For, bool IsDefault, IReadOnlyList<string> Groups);
