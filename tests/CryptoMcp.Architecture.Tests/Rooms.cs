namespace CryptoMcp.Architecture.Tests;

/// <summary>What a project under src/ may lean on.</summary>
/// <param name="Projects">Projects that it may reference. Arrows run down only.</param>
/// <param name="Packages">NuGet packages that it may reference.</param>
/// <param name="Web">Whether it may use ASP.NET Core's shared framework.</param>
public sealed record Room(string[] Projects, string[] Packages, bool Web = false);

/// <summary>
/// The rooms of the house. A new project or a new dependency starts here: one line, which a reviewer sees.
/// The guard's whole closure is kept small on purpose, since it is the code that can reach a key.
/// </summary>
public static class Rooms
{
    private static readonly string[] s_ground = ["CryptoMcp.Money", "CryptoMcp.Cryptography"];
    private static readonly string[] s_chains = [.. s_ground, "CryptoMcp.Evm", "CryptoMcp.Solana"];
    private static readonly string[] s_protocols = ["CryptoMcp.Payments", "CryptoMcp.Yield", "CryptoMcp.Reputation"];

    public static IReadOnlyDictionary<string, Room> All { get; } = new Dictionary<string, Room>
    {
        ["CryptoMcp.Money"] = new([], []),
        ["CryptoMcp.Cryptography"] = new(["CryptoMcp.Money"], []),
        ["CryptoMcp.Evm"] = new(s_ground, []),
        ["CryptoMcp.Solana"] = new(s_ground, []),

        // HTTP to places that strangers name: one implementation of who may be asked.
        ["CryptoMcp.Web"] = new(["CryptoMcp.Money"], []),

        // Policy and ledger know neither chains nor MCP.
        ["CryptoMcp.Policy"] = new(["CryptoMcp.Money"], []),
        ["CryptoMcp.Ledger"] = new(["CryptoMcp.Money"], []),

        // A ledger's other place. Apart, so that neither the ledger's rules nor the guard lean on a database driver: only the
        // program that puts a guard together knows that there is one.
        ["CryptoMcp.Ledger.Postgres"] = new(["CryptoMcp.Money", "CryptoMcp.Ledger"], ["Npgsql"]),

        // Domain projects know nothing of MCP.
        ["CryptoMcp.Payments"] = new([.. s_chains, "CryptoMcp.Web"], []),

        // For other people's programs: prices on endpoints and on MCP tools.
        ["CryptoMcp.Payments.AspNetCore"] = new(
            ["CryptoMcp.Money", "CryptoMcp.Evm", "CryptoMcp.Payments"], ["ModelContextProtocol"], Web: true),

        ["CryptoMcp.Yield"] = new(s_chains, []),
        ["CryptoMcp.Reputation"] = new([.. s_chains, "CryptoMcp.Web"], []),

        ["CryptoMcp.Guard.Contracts"] = new(["CryptoMcp.Money"], []),
        ["CryptoMcp.Guard"] = new(
            [.. s_chains, .. s_protocols, "CryptoMcp.Policy", "CryptoMcp.Ledger", "CryptoMcp.Guard.Contracts"], [], Web: true),

        // The server fetches hostile content: it sees the guard through the contracts only, and no policy, ledger or key.
        ["CryptoMcp.Server"] = new(
            [.. s_chains, .. s_protocols, "CryptoMcp.Web", "CryptoMcp.Guard.Contracts"], ["ModelContextProtocol", "ModelContextProtocol.Core"], Web: true),
        ["CryptoMcp.Http"] = new([], ["ModelContextProtocol", "ModelContextProtocol.Core"], Web: true),

        // The executable: command line and composition root.
        ["CryptoMcp"] = new(
            [
                .. s_chains, .. s_protocols, "CryptoMcp.Web", "CryptoMcp.Policy", "CryptoMcp.Ledger", "CryptoMcp.Ledger.Postgres", "CryptoMcp.Guard",
                "CryptoMcp.Guard.Contracts",
                "CryptoMcp.Server", "CryptoMcp.Http", "CryptoMcp.Payments.AspNetCore",
            ],
            [
                "ModelContextProtocol", "ModelContextProtocol.Core", "System.CommandLine", "Spectre.Console",
                "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol",
            ],
            Web: true),
    };

    /// <summary>Everything in a project file that its room does not allow, one sentence each.</summary>
    public static IEnumerable<string> Violations(ProjectFile project)
    {
        if (!All.TryGetValue(project.Name, out var room))
        {
            yield return $"{project.Name} has no room. Next: add it to Rooms.cs with what it may lean on.";
            yield break;
        }

        foreach (var reference in project.References.Except(room.Projects))
        {
            yield return $"{project.Name} references {reference}: that arrow runs up or sideways.";
        }

        foreach (var package in project.Packages.Except(room.Packages))
        {
            yield return $"{project.Name} references the package {package}, which is not on its list.";
        }

        if (project.Web && !room.Web)
        {
            yield return $"{project.Name} uses ASP.NET Core, which only programs and transports may.";
        }
    }
}
