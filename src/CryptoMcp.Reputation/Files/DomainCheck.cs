namespace CryptoMcp.Reputation;

/// <summary>Whether the host behind a service says that it belongs to the agent.</summary>
public enum DomainVerdict
{
    /// <summary>It serves the agent's file, or one that names the agent.</summary>
    Verified,

    /// <summary>It serves no <c>/.well-known/agent-registration.json</c>.</summary>
    NotServed,

    /// <summary>It serves one that does not name the agent.</summary>
    Mismatch,

    /// <summary>The service is not on https, so nothing can be checked.</summary>
    NotHttps,

    /// <summary>Not asked, since enough hosts were.</summary>
    NotAsked,
}

/// <summary>
/// Checks the domains of an agent's services (ERC-8004, endpoint domain verification): a host that serves the agent's own
/// file, or <c>/.well-known/agent-registration.json</c> with a matching registration, speaks for it.
/// </summary>
internal static class DomainCheck
{
    private const int MostHosts = 4;

    public static async Task<IReadOnlyDictionary<string, DomainVerdict>> CheckAsync(
        FileLoader loader, AgentReference agent, RegistrationFile file, LoadedFile source, CancellationToken ct)
    {
        var verdicts = new Dictionary<string, DomainVerdict>(StringComparer.Ordinal);
        var hosts = new Dictionary<string, Task<DomainVerdict>>(StringComparer.OrdinalIgnoreCase);
        var asked = new List<(string Endpoint, Task<DomainVerdict> Verdict)>();
        foreach (var service in file.Services)
        {
            if (!Uri.TryCreate(service.Endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            {
                continue;
            }

            if (address.Scheme == "http" && !loader.IsTrusted(address))
            {
                verdicts[service.Endpoint] = DomainVerdict.NotHttps;
            }
            else if (source.Host is { } host && host.Equals(address.IdnHost, StringComparison.OrdinalIgnoreCase) && file.Names(agent))
            {
                verdicts[service.Endpoint] = DomainVerdict.Verified;
            }
            else if (!hosts.ContainsKey(address.Authority) && hosts.Count == MostHosts)
            {
                verdicts[service.Endpoint] = DomainVerdict.NotAsked;
            }
            else
            {
                if (!hosts.TryGetValue(address.Authority, out var verdict))
                {
                    hosts.Add(address.Authority, verdict = AskAsync(loader, agent, address, ct));
                }

                asked.Add((service.Endpoint, verdict));
            }
        }

        foreach (var (endpoint, answer) in asked)
        {
            verdicts[endpoint] = await answer.ConfigureAwait(false);
        }

        return verdicts;
    }

    private static async Task<DomainVerdict> AskAsync(FileLoader loader, AgentReference agent, Uri address, CancellationToken ct)
    {
        var served = await loader.FetchAsync(new(address, "/.well-known/agent-registration.json"), ct).ConfigureAwait(false);
        return !served.IsLoaded ? DomainVerdict.NotServed
            : RegistrationFile.TryParse(served.Bytes)?.Names(agent) is true ? DomainVerdict.Verified
            : DomainVerdict.Mismatch;
    }
}
