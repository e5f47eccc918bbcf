using System.Numerics;
using CryptoMcp.Money;

namespace CryptoMcp.Evm;

/// <summary>
/// The chains that need no configuration. Contracts: Circle's USDC list, the Aave address book (USDT, DAI, WETH, wstETH,
/// EURC) and the chains' own documentation; EIP-712 domains of USDC: the x402 reference SDK. Endpoints are the chains'
/// public ones: good enough to start with, limited in rate; an owner names better ones in a config file.
/// </summary>
internal static class BuiltInChains
{
    private static readonly TokenDomain s_usdCoin = new("USD Coin", "2");
    private static readonly TokenDomain s_usdc = new("USDC", "2");
    private static readonly EvmAddress s_ensRegistry = EvmAddress.Parse("0x00000000000C2E074eC69A0dFb2997BA6C7d2e1e");
    private static readonly EvmAddress s_zkSyncMulticall3 = EvmAddress.Parse("0xF9cda624FBC7e059355ce98a31693d299FACd963");
    private static readonly BigInteger s_gwei = BigInteger.Pow(10, 9);

    public static IReadOnlyList<EvmChain> All { get; } =
    [
        Ethereum(), Base(), Arbitrum(), Optimism(), Polygon(), ZkSync(),
        Sepolia(), BaseSepolia(), ArbitrumSepolia(), OptimismSepolia(), PolygonAmoy(), ZkSyncSepolia(),
    ];

    private static EvmChain Ethereum() => Chain(1, "ethereum", "Ethereum", "https://etherscan.io",
        ["https://ethereum-rpc.publicnode.com", "https://ethereum.reth.rs/rpc"]) with
    {
        Aliases = ["eth", "mainnet"],
        BlockTime = TimeSpan.FromSeconds(12),
        EnsRegistry = s_ensRegistry,
        Tokens =
        [
            Token(1, "USDC", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", 6, s_usdCoin),
            Token(1, "USDT", "0xdAC17F958D2ee523a2206206994597C13D831ec7", 6),
            Token(1, "DAI", "0x6B175474E89094C44Da98b954EedeAC495271d0F", 18),
            Token(1, "USDS", "0xdC035D45d973E3EC169d2276DDab16f1e407384F", 18),
            Token(1, "EURC", "0x1aBaEA1f7C830bD89Acc67eC4af516284b1bC33c", 6),
            Token(1, "WETH", "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2", 18),
            Token(1, "wstETH", "0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0", 18),
        ],
    };

    private static EvmChain Base() => Chain(8453, "base", "Base", "https://basescan.org",
        ["https://mainnet.base.org", "https://base-rpc.publicnode.com"]) with
    {
        IsOpStack = true,
        Tokens =
        [
            Token(8453, "USDC", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", 6, s_usdCoin),
            Token(8453, "EURC", "0x60a3E35Cc302bFA44Cb288Bc5a4F316Fdb1adb42", 6),
            Token(8453, "DAI", "0x50c5725949A6F0c72E6C4a641F24049A917DB0Cb", 18),
            Token(8453, "USDS", "0x820C137fa70C8691f0e44Dc420a5e53c168921Dc", 18),
            Token(8453, "WETH", "0x4200000000000000000000000000000000000006", 18),
            Token(8453, "wstETH", "0xc1CBa3fCea344f92D9239c08C0568f6F2F0ee452", 18),
        ],
    };

    private static EvmChain Arbitrum() => Chain(42161, "arbitrum", "Arbitrum One", "https://arbiscan.io",
        ["https://arb1.arbitrum.io/rpc", "https://arbitrum-one-rpc.publicnode.com"]) with
    {
        Aliases = ["arbitrum-one", "arb"],
        BlockTime = TimeSpan.FromMilliseconds(250),
        Tokens =
        [
            Token(42161, "USDC", "0xaf88d065e77c8cC2239327C5EDb3A432268e5831", 6, s_usdCoin),
            Token(42161, "USDT", "0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9", 6),
            Token(42161, "DAI", "0xDA10009cBd5D07dd0CeCc66161FC93D7c9000da1", 18),
            Token(42161, "WETH", "0x82aF49447D8a07e3bd95BD0d56f35241523fBab1", 18),
            Token(42161, "wstETH", "0x5979D7b546E38E414F7E9822514be443A4800529", 18),
        ],
    };

    private static EvmChain Optimism() => Chain(10, "optimism", "OP Mainnet", "https://optimistic.etherscan.io",
        ["https://mainnet.optimism.io", "https://optimism-rpc.publicnode.com"]) with
    {
        Aliases = ["op", "op-mainnet"],
        IsOpStack = true,
        Tokens =
        [
            Token(10, "USDC", "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85", 6, s_usdCoin),
            Token(10, "USDT", "0x94b008aA00579c1307B0EF2c499aD98a8ce58e58", 6),
            Token(10, "DAI", "0xDA10009cBd5D07dd0CeCc66161FC93D7c9000da1", 18),
            Token(10, "WETH", "0x4200000000000000000000000000000000000006", 18),
            Token(10, "wstETH", "0x1F32b1c2345538c0c6f582fCB022739c4A194Ebb", 18),
        ],
    };

    private static EvmChain Polygon() => Chain(137, "polygon", "Polygon PoS", "https://polygonscan.com",
        ["https://polygon-bor-rpc.publicnode.com", "https://polygon.drpc.org"], native: "POL") with
    {
        Aliases = ["polygon-pos", "matic"],
        MinPriorityFeePerGas = 25 * s_gwei,
        Tokens =
        [
            Token(137, "USDC", "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359", 6, s_usdCoin),
            Token(137, "USDT", "0xc2132D05D31c914a87C6611C10748AEb04B58e8F", 6),
            Token(137, "DAI", "0x8f3Cf7ad23Cd3CaDbD9735AFf958023239c6A063", 18),
            Token(137, "WETH", "0x7ceB23fD6bC0adD59E62ac25578270cFf1b9f619", 18),
            Token(137, "wstETH", "0x03b54A6e9a984069379fae1a4fC4dBAE93B3bCCD", 18),
        ],
    };

    private static EvmChain ZkSync() => Chain(324, "zksync", "zkSync Era", "https://explorer.zksync.io",
        ["https://mainnet.era.zksync.io"]) with
    {
        Aliases = ["zksync-era", "era"],
        BlockTime = TimeSpan.FromSeconds(1),
        Multicall3 = s_zkSyncMulticall3,
        Tokens =
        [
            Token(324, "USDC", "0x1d17CBcF0D6D143135aE902365D2E5e2A16538D4", 6),
            Token(324, "USDT", "0x493257fD37EDB34451f62EDf8D2a0C418852bA4C", 6),
            Token(324, "WETH", "0x5AEa5775959fBC2557Cc8789bC1bf90A239D9a91", 18),
        ],
    };

    private static EvmChain Sepolia() => TestChain(11155111, "sepolia", "Sepolia", "https://sepolia.etherscan.io",
        ["https://ethereum-sepolia-rpc.publicnode.com", "https://11155111.rpc.thirdweb.com"]) with
    {
        Aliases = ["ethereum-sepolia"],
        BlockTime = TimeSpan.FromSeconds(12),
        EnsRegistry = s_ensRegistry,
        Tokens = [Token(11155111, "USDC", "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238", 6, s_usdc)],
    };

    private static EvmChain BaseSepolia() => TestChain(84532, "base-sepolia", "Base Sepolia", "https://sepolia.basescan.org",
        ["https://sepolia.base.org", "https://base-sepolia-rpc.publicnode.com"]) with
    {
        IsOpStack = true,
        Tokens =
        [
            Token(84532, "USDC", "0x036CbD53842c5426634e7929541eC2318f3dCF7e", 6, s_usdc),
            Token(84532, "WETH", "0x4200000000000000000000000000000000000006", 18),
        ],
    };

    private static EvmChain ArbitrumSepolia() => TestChain(421614, "arbitrum-sepolia", "Arbitrum Sepolia", "https://sepolia.arbiscan.io",
        ["https://sepolia-rollup.arbitrum.io/rpc", "https://arbitrum-sepolia-rpc.publicnode.com"]) with
    {
        Aliases = ["arb-sepolia"],
        BlockTime = TimeSpan.FromMilliseconds(250),
        Tokens = [Token(421614, "USDC", "0x75faf114eafb1BDbe2F0316DF893fd58CE46AA4d", 6, s_usdCoin)],
    };

    private static EvmChain OptimismSepolia() =>
        TestChain(11155420, "optimism-sepolia", "OP Sepolia", "https://optimism-sepolia.blockscout.com",
        ["https://sepolia.optimism.io", "https://optimism-sepolia-rpc.publicnode.com"]) with
    {
        Aliases = ["op-sepolia"],
        IsOpStack = true,
        Tokens =
        [
            Token(11155420, "USDC", "0x5fd84259d66Cd46123540766Be93DFE6D43130D7", 6),
            Token(11155420, "WETH", "0x4200000000000000000000000000000000000006", 18),
        ],
    };

    private static EvmChain PolygonAmoy() => TestChain(80002, "polygon-amoy", "Polygon Amoy", "https://amoy.polygonscan.com",
        ["https://rpc-amoy.polygon.technology", "https://polygon-amoy.drpc.org"], native: "POL") with
    {
        Aliases = ["amoy"],
        MinPriorityFeePerGas = 25 * s_gwei,
        Tokens = [Token(80002, "USDC", "0x41E94Eb019C0762f9Bfcf9Fb1E58725BfB0e7582", 6, s_usdc)],
    };

    private static EvmChain ZkSyncSepolia() => TestChain(300, "zksync-sepolia", "zkSync Sepolia", "https://sepolia.explorer.zksync.io",
        ["https://sepolia.era.zksync.dev"]) with
    {
        BlockTime = TimeSpan.FromSeconds(1),
        Multicall3 = s_zkSyncMulticall3,
        Tokens = [Token(300, "USDC", "0xAe045DE5638162fa134807Cb558E15A3F5A7F853", 6)],
    };

    private static EvmChain Chain(ulong id, string name, string title, string explorer, string[] urls, string native = "ETH") => new()
    {
        Id = ChainId.Evm(id),
        Name = name,
        Title = title,
        IsTestNetwork = false,
        RpcUrls = [.. urls.Select(url => new Uri(url))],
        Native = new(AssetId.Native(ChainId.Evm(id)), native, 18),
        Explorer = new(explorer),
    };

    private static EvmChain TestChain(ulong id, string name, string title, string explorer, string[] urls, string native = "ETH") =>
        Chain(id, name, title, explorer, urls, native) with { IsTestNetwork = true };

    private static EvmToken Token(ulong chain, string symbol, string address, int decimals, TokenDomain? domain = null) =>
        EvmToken.Create(ChainId.Evm(chain), symbol, EvmAddress.Parse(address), decimals, domain);
}
