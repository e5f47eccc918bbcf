using System.Numerics;
using System.Text.Json;

namespace CryptoMcp.Reputation;

/// <summary>A service that an agent says it offers.</summary>
/// <param name="UntrustedName">Such as MCP, A2A, web, ENS.</param>
/// <param name="Endpoint">Exactly as written, for checking; cut at 2,048 characters.</param>
/// <param name="UntrustedVersion">Version of the protocol.</param>
public sealed record AgentService(string UntrustedName, string Endpoint, string? UntrustedVersion);

/// <summary>
/// An agent's registration file (ERC-8004 registration-v1), read as it occurs in the wild. What differs from the standard
/// is a finding, never an error. All text is a stranger's.
/// </summary>
public sealed record RegistrationFile
{
    /// <summary>Name, cleaned.</summary>
    public string UntrustedName { get; init; } = "";

    /// <summary>Description, cleaned and cut.</summary>
    public string UntrustedDescription { get; init; } = "";

    /// <summary>Services, at most 32.</summary>
    public IReadOnlyList<AgentService> Services { get; init; } = [];

    /// <summary>Whether it says that it takes x402 payments; null when it says nothing.</summary>
    public bool? X402Support { get; init; }

    /// <summary>Whether it says that it is active.</summary>
    public bool? Active { get; init; }

    /// <summary>The agents that the file is for.</summary>
    public IReadOnlyList<(string Registry, BigInteger Id)> Registrations { get; init; } = [];

    /// <summary>Kinds of trust that it names, cleaned.</summary>
    public IReadOnlyList<string> UntrustedTrust { get; init; } = [];

    /// <summary>What differs from the standard, in our own words.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 32, AllowDuplicateProperties = true };

    /// <summary>True when it names this very agent: same chain, same registry, same id.</summary>
    public bool Names(AgentReference agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        foreach (var (registry, id) in Registrations)
        {
            if (id == agent.Id && registry.Equals(agent.RegistryText, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a file; null when it is no JSON object.</summary>
    public static RegistrationFile? TryParse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_options);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Object => Read(document.RootElement),
                // /.well-known/agent-registration.json may hold the list of registrations alone.
                JsonValueKind.Array => new() { Registrations = ReadRegistrations(document.RootElement), Findings = ["The file is a list of registrations alone."] },
                _ => null,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text in it is not valid Unicode.
            return null;
        }
    }

    private static RegistrationFile Read(JsonElement root)
    {
        var findings = new List<string>();
        if (Text(root, "type") is not "https://eips.ethereum.org/EIPS/eip-8004#registration-v1")
        {
            findings.Add("'type' is not that of ERC-8004 registration-v1.");
        }

        var registrations = root.TryGetProperty("registrations", out var list) ? ReadRegistrations(list) : [];
        if (registrations.Count == 0)
        {
            findings.Add("'registrations' names no agent.");
        }

        return new()
        {
            UntrustedName = UntrustedText.Clean(Text(root, "name"), 80),
            UntrustedDescription = UntrustedText.Clean(Text(root, "description"), 400),
            Services = ReadServices(root, findings),
            X402Support = Flag(root, "x402Support") ?? Older(Flag(root, "x402support"), "x402support", findings),
            Active = Flag(root, "active"),
            Registrations = registrations,
            UntrustedTrust = ReadTexts(root, "supportedTrust") ?? Older(ReadTexts(root, "supportedTrusts"), "supportedTrusts", findings) ?? [],
            Findings = findings,
        };
    }

    private static List<AgentService> ReadServices(JsonElement root, List<string> findings)
    {
        var services = new List<AgentService>();
        if (!root.TryGetProperty("services", out var list))
        {
            if (!root.TryGetProperty("endpoints", out list))
            {
                return services;
            }

            findings.Add("'endpoints' stands for 'services', as before 2026.");
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            findings.Add("'services' is no list.");
            return services;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (services.Count == 32)
            {
                findings.Add("More than 32 services; the others were left out.");
                break;
            }

            if (item.ValueKind == JsonValueKind.Object && (Text(item, "endpoint") ?? Text(item, "url")) is { } endpoint)
            {
                services.Add(new(
                    UntrustedText.Clean(Text(item, "name") ?? Text(item, "type"), 40),
                    endpoint[..Math.Min(endpoint.Length, 2048)],
                    Text(item, "version") is { } version ? UntrustedText.Clean(version, 24) : null));
            }
        }

        return services;
    }

    private static List<(string, BigInteger)> ReadRegistrations(JsonElement list)
    {
        var registrations = new List<(string, BigInteger)>();
        if (list.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Object && Text(item, "agentRegistry") is { Length: <= 128 } registry
                    && item.TryGetProperty("agentId", out var id) && IdOf(id) is { } number && registrations.Count < 256)
                {
                    registrations.Add((registry, number));
                }
            }
        }

        return registrations;
    }

    /// <summary>A number or text; read from the digits, since ids are 256 bits wide.</summary>
    private static BigInteger? IdOf(JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.Number => AgentReference.ParseId(id.GetRawText()),
        JsonValueKind.String => AgentReference.ParseId(id.GetString()),
        _ => null,
    };

    private static List<string>? ReadTexts(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var texts = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && texts.Count < 8)
            {
                texts.Add(UntrustedText.Clean(item.GetString(), 40));
            }
        }

        return texts;
    }

    private static T? Older<T>(T? value, string name, List<string> findings)
    {
        if (value is not null)
        {
            findings.Add($"'{name}' is an older spelling.");
        }

        return value;
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool? Flag(JsonElement of, string name) => of.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;
}
