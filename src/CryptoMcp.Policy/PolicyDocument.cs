using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Money;
using CryptoMcp.Policy.Deciding;
using CryptoMcp.Policy.Loading;

namespace CryptoMcp.Policy;

/// <summary>A policy file, loaded and validated. Immutable; safe to share between threads.</summary>
public sealed class PolicyDocument
{
    private CompiledPolicy? _compiled;

    internal PolicyDocument()
    {
    }

    /// <summary>Value of the file's <c>policy</c> member.</summary>
    public const string Format = "cryptomcp/1";

    /// <summary>The policy's name.</summary>
    public required string Name { get; init; }

    /// <summary>Revision, from 1. The guard accepts the next one only.</summary>
    public required int Revision { get; init; }

    /// <summary>From this moment everything but <c>cancel</c> is refused.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>SHA-256 of the exact bytes of the file, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Wallet name to address.</summary>
    public required IReadOnlyDictionary<string, string> Wallets { get; init; }

    /// <summary>Assets by symbol.</summary>
    public required IReadOnlyDictionary<string, PolicyAsset> Assets { get; init; }

    /// <summary>Payees by name.</summary>
    public required IReadOnlyDictionary<string, Payee> Payees { get; init; }

    /// <summary>Budgets, in the order of the file.</summary>
    public required IReadOnlyList<Budget> Budgets { get; init; }

    /// <summary>Rules, in the order of the file, which has no meaning.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>Hard limits.</summary>
    public required Limits Limits { get; init; }

    /// <summary>Approvals.</summary>
    public required Approval Approval { get; init; }

    /// <summary>Endpoints by chain.</summary>
    public required IReadOnlyDictionary<ChainId, RpcEndpoints> Rpc { get; init; }

    /// <summary>How the policy may change.</summary>
    public required PolicyChanges Changes { get; init; }

    internal CompiledPolicy Compiled => _compiled!;

    /// <summary>Reads a policy file.</summary>
    /// <param name="utf8Json">The exact bytes of the file.</param>
    /// <exception cref="PolicyException">The file has mistakes; the exception carries all of them.</exception>
    public static PolicyDocument Load(ReadOnlyMemory<byte> utf8Json) => DocumentReader.Read(utf8Json);

    /// <summary>The policy in canonical form: loaded again it decides the same.</summary>
    public byte[] Print() => PolicyPrinter.Print(this);

    /// <summary>The asset with a symbol on a chain.</summary>
    public bool TryFindAsset(ChainId chain, string symbol, [NotNullWhen(true)] out Asset? asset)
    {
        asset = null;
        return Assets.TryGetValue(symbol, out var listed) && listed.On.TryGetValue(chain, out asset);
    }

    /// <summary>The pinned asset with an id.</summary>
    public bool TryFindAsset(AssetId id, [NotNullWhen(true)] out Asset? asset) => Compiled.TryFindAsset(id, out asset);

    /// <summary>A payee by name, with or without the prefix <c>payee:</c>, and its address on a chain.</summary>
    public bool TryFindPayee(ChainId chain, string name, [NotNullWhen(true)] out Payee? payee, [NotNullWhen(true)] out string? address)
    {
        ArgumentNullException.ThrowIfNull(name);
        address = null;
        var key = name.StartsWith("payee:", StringComparison.Ordinal) ? name["payee:".Length..] : name;
        return Payees.TryGetValue(key, out payee) && payee.On.TryGetValue(chain, out address);
    }

    /// <summary>The name of the wallet with this account's address; null if the policy has none.</summary>
    public string? WalletOf(AccountId account) => Compiled.WalletOf(account);

    internal void Compile() => _compiled = new CompiledPolicy(this);
}
