using System.Diagnostics;
using CryptoMcp.Guard.Platform;

namespace CryptoMcp.Sandbox;

/// <summary>The sandbox's guard: a process of its own, as for real, that ends with the sandbox even if that is killed.</summary>
internal sealed class SandboxGuard : IAsyncDisposable
{
    private readonly Process _process;

    private SandboxGuard(Process process) => _process = process;

    public static async Task<SandboxGuard> StartAsync(GuardHome home, CancellationToken ct)
    {
        var start = GuardLauncher.StartInfo(home, "guard", "--while-stdin-open", "--home", home.Root);
        var process = Process.Start(start) ?? throw new SandboxException("The guard could not be started.");
        var guard = new SandboxGuard(process);
        try
        {
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            while (!await GuardLauncher.ListensAsync(home.Socket, ct))
            {
                if (process.HasExited)
                {
                    throw new SandboxException($"The guard did not start: {(await process.StandardError.ReadToEndAsync(ct)).Trim()}");
                }

                await Task.Delay(5, ct);
            }

            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            return guard;
        }
        catch
        {
            await guard.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
