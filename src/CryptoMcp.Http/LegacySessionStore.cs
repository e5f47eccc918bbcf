using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CryptoMcp.Http;

/// <summary>The live sessions, and the sweep that ends the idle ones.</summary>
internal sealed class LegacySessionStore(IOptions<McpHttpOptions> options, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, LegacySession> _sessions = new(StringComparer.Ordinal);

    public TimeProvider Clock => clock;

    public int Count => _sessions.Count;

    public bool TryGet(string id, [NotNullWhen(true)] out LegacySession? session) => _sessions.TryGetValue(id, out session);

    /// <summary>False when the store is full of sessions that all have a request open.</summary>
    public async ValueTask<bool> TryAddAsync(LegacySession session)
    {
        while (_sessions.Count >= options.Value.MaxSessions)
        {
            if (LongestIdle() is not { } victim)
            {
                return false;
            }

            await RemoveAsync(victim.Id);
        }

        return _sessions.TryAdd(session.Id, session);
    }

    public async ValueTask RemoveAsync(string id)
    {
        if (_sessions.TryRemove(id, out var session))
        {
            await session.DisposeAsync();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var id in _sessions.Keys)
        {
            await RemoveAsync(id);
        }
    }

    /// <summary>Ends the sessions that have been idle for longer than the options allow.</summary>
    internal async Task SweepAsync()
    {
        foreach (var session in _sessions.Values)
        {
            if (session.IsIdle && clock.GetElapsedTime(session.LastSeen) > options.Value.SessionIdleTimeout)
            {
                await RemoveAsync(session.Id);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_sweepInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SweepAsync();
        }
    }

    private LegacySession? LongestIdle()
    {
        LegacySession? longest = null;
        foreach (var session in _sessions.Values)
        {
            if (session.IsIdle && (longest is null || session.LastSeen < longest.LastSeen))
            {
                longest = session;
            }
        }

        return longest;
    }
}
