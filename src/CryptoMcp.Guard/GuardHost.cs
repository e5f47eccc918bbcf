using CryptoMcp.Guard.Api;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Page;
using CryptoMcp.Guard.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CryptoMcp.Guard;

/// <summary>Runs a guard until it is told to stop.</summary>
public static partial class GuardHost
{
    /// <summary>Code of the problem when another guard has this home.</summary>
    public const string AlreadyRunning = "guard_running";

    /// <summary>
    /// Opens the home, listens on its socket and runs until <paramref name="ct"/> is cancelled, the process is asked to
    /// end, or nobody has needed it for <see cref="GuardOptions.IdleExit"/>.
    /// </summary>
    /// <param name="home">Where keys, policy and journal are.</param>
    /// <param name="options">How to run.</param>
    /// <param name="configureLogging">Where the log goes; nothing secret is ever in it.</param>
    /// <param name="listening">Called once callers are accepted.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="GuardException">The guard cannot start: broken home, policy or journal, or another guard runs.</exception>
    public static async Task RunAsync(
        GuardHome home, GuardOptions options, Action<ILoggingBuilder> configureLogging, Action<GuardStatus> listening, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = home.Root });
        builder.Logging.ClearProviders();
        configureLogging(builder.Logging);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        using var logs = LoggerFactory.Create(logging =>
        {
            configureLogging(logging);
            logging.AddFilter("Microsoft", LogLevel.Warning);
        });

        // The ledger's lock decides which guard runs, so the socket's file is ours to replace once we have the lock.
        await using var guard = await GuardService.OpenAsync(home, options, logs, ct);
        File.Delete(home.Socket);
        var activity = new Activity(options.Clock);
        builder.WebHost.ConfigureKestrel(kestrel => GuardApi.Listen(kestrel, home, logs.CreateLogger<GuardApi>()));
        await using var app = builder.Build();
        app.Use(next => http =>
        {
            activity.Touch();
            return next(http);
        });
        app.UseRouting();
        new GuardApi(guard, logs.CreateLogger<GuardApi>()).Map(app);
        var serving = options.ApprovalPort is { } port ? ApprovalPageHost.StartAsync(guard, home, port, options.Clock, logs, ct) : null;
        await app.StartAsync(ct);
        await using var page = serving is null ? null : await serving;
        if (!OperatingSystem.IsWindows())
        {
            var group = home.SharedSocket is null ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
            File.SetUnixFileMode(home.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite | group);
        }

        listening(guard.Status());
        var idle = EndWhenIdleAsync(guard, activity, options, app.Lifetime, ct);
        await using (ct.Register(app.Lifetime.StopApplication))
        {
            await app.WaitForShutdownAsync(CancellationToken.None);
        }

        await idle.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        File.Delete(home.Socket);
    }

    private static async Task EndWhenIdleAsync(
        GuardService guard, Activity activity, GuardOptions options, IHostApplicationLifetime lifetime, CancellationToken ct)
    {
        if (options.IdleExit is not { } patience)
        {
            return;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Clamp(patience.TotalSeconds / 4, 0.25, 60)), options.Clock);
        while (await timer.WaitForNextTickAsync(stopping.Token))
        {
            if (activity.QuietFor() >= patience && guard.IsIdle)
            {
                lifetime.StopApplication();
                return;
            }
        }
    }

    /// <summary>When a caller was last heard.</summary>
    private sealed class Activity(TimeProvider clock)
    {
        private long _last = clock.GetTimestamp();

        public void Touch() => Volatile.Write(ref _last, clock.GetTimestamp());

        public TimeSpan QuietFor() => clock.GetElapsedTime(Volatile.Read(ref _last));
    }
}
