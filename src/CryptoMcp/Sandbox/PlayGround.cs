using System.Numerics;
using CryptoMcp.Commands;
using CryptoMcp.Evm;
using CryptoMcp.Guard.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace CryptoMcp.Sandbox;

/// <summary>Everything that the sandbox runs: chain, token, guard and MCP server over HTTP. Disposing ends and removes it all.</summary>
internal sealed class PlayGround : IAsyncDisposable
{
    private readonly string _directory;
    private LocalChain? _chain;
    private LocalCluster? _cluster;
    private SandboxGuard? _guard;
    private WebApplication? _server;

    private PlayGround(string directory) => _directory = directory;

    /// <summary>The MCP endpoint.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The home of the guard.</summary>
    public GuardHome Home { get; private set; } = null!;

    /// <summary>The play wallet.</summary>
    public EvmAddress Wallet { get; private set; }

    /// <summary>Whether this platform has a Solana virtual machine, so that the sandbox has a cluster too.</summary>
    public bool HasSolana => _cluster is not null;

    /// <summary>The chain's endpoint.</summary>
    public Uri ChainUrl => _chain!.Url;

    /// <summary>Starts it all.</summary>
    /// <param name="port">Loopback port of the MCP server; 0 takes a free one.</param>
    /// <param name="step">Told what happens now.</param>
    /// <param name="ct">Gives up; nothing is left running.</param>
    /// <exception cref="SandboxException">Something did not start.</exception>
    public static async Task<PlayGround> StartAsync(int port, Action<string> step, CancellationToken ct)
    {
        var ground = new PlayGround(Directory.CreateTempSubdirectory("cmcp-").FullName);
        try
        {
            await ground.OpenAsync(port, step, ct);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync();
            await _server.DisposeAsync();
        }

        if (_guard is not null)
        {
            await _guard.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_chain is not null)
        {
            await _chain.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task OpenAsync(int port, Action<string> step, CancellationToken ct)
    {
        var packages = new NodePackages(NodePackages.DefaultFolder, step, TimeProvider.System);
        step("Looking for a local EVM node (anvil)");
        var anvil = await packages.AnvilAsync(ct);
        step("Looking for the play token's contract (Circle's USDC)");
        var stablecoin = await packages.StablecoinAsync(ct);
        step("Starting the chain");
        _chain = await LocalChain.StartAsync(anvil, new LocalChainOptions { Heartbeat = TimeSpan.FromSeconds(1) }, ct);
        if (NodePackage.LiteSvm is { } svm)
        {
            step("Looking for a local Solana virtual machine (LiteSVM)");
            var litesvm = await packages.FetchAsync(svm, ct);
            step("Starting the Solana cluster");
            _cluster = await LocalCluster.StartAsync(Path.Combine(_directory, "svm"), litesvm, ct);
        }

        step("Making a wallet and a policy with small caps");
        (Home, Wallet, var solana) = SandboxHome.Create(Path.Combine(_directory, "home"), _chain.Url, _chain.ChainId, _cluster?.Node.Url, TimeProvider.System);
        step("Giving the wallet 100 USDC and 1 ETH of play money");
        var token = await PlayToken.PlaceAsync(_chain.Node, stablecoin, SandboxHome.Usdc, "USD Coin", "USDC", ct);
        await token.MintAsync(Wallet.ToString(), 100_000_000, ct);
        await _chain.Node.SetBalanceAsync(Wallet.ToString(), BigInteger.Pow(10, 18), ct);
        if (_cluster is not null)
        {
            step("Giving it 100 USDC and 1 SOL on Solana");
            await _cluster.FundAsync(solana, 1_000_000_000, SandboxHome.SolanaUsdc, 100_000_000, ct);
        }

        step("Starting the guard");
        _guard = await SandboxGuard.StartAsync(Home, ct);
        step("Starting the MCP server");
        _server = HttpServer.Build(new ServeOptions { Home = Home.Root, Http = true, Port = port, Quiet = true });
        await _server.StartAsync(ct);
        var address = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Url = HttpServer.UrlOf(new Uri(address).Port);
    }
}
