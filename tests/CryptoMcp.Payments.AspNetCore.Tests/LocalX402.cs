using CryptoMcp.Testing.X402;

namespace CryptoMcp.Payments.AspNetCore.Tests;

/// <summary>One chain and one facilitator of npm's for all tests that need them, one after the other: balances are compared.</summary>
[CollectionDefinition(nameof(LocalX402))]
public sealed class LocalX402 : IAsyncLifetime, ICollectionFixture<LocalX402>
{
    public X402Ground Ground { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Ground = await X402Ground.StartChainAsync();
        await Ground.StartFacilitatorAsync();
    }

    public ValueTask DisposeAsync() => Ground.DisposeAsync();
}
