using System.Diagnostics.CodeAnalysis;
using CryptoMcp.Money;

namespace CryptoMcp.Policy.Deciding;

internal sealed class CompiledPolicy
{
    private readonly Dictionary<AssetId, Asset> _assets = [];
    private readonly PolicyDocument _document;

    public CompiledPolicy(PolicyDocument document) => _document = document;

    public bool TryFindAsset(AssetId id, [NotNullWhen(true)] out Asset? asset) => _assets.TryGetValue(id, out asset);

    public string? WalletOf(AccountId account) => _document.Wallets.FirstOrDefault(w => w.Value == account.Address).Key;
}
