using System.Diagnostics;

namespace CryptoMcp.Cryptography.Tests;

/// <summary>The core of these tests again in processes that pretend to run on lesser processors.</summary>
public sealed class OtherProcessorsTests
{
    private static readonly string[] s_core =
    [
        "CryptoMcp.Cryptography.Tests.Keccak256Tests",
        "CryptoMcp.Cryptography.Tests.KeyDerivationTests",
        "CryptoMcp.Cryptography.Tests.Curves.FieldAndScalarTests",
        "CryptoMcp.Cryptography.Tests.Curves.Secp256k1Tests",
        "CryptoMcp.Cryptography.Tests.Curves.Ed25519Tests",
        "CryptoMcp.Cryptography.Tests.Vectors.WycheproofTests",
        "CryptoMcp.Cryptography.Tests.Vectors.DerivationVectorTests",
    ];

    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableAVX512")]
    public async Task Without_hardware_intrinsics(string variable)
    {
        // The test host is an executable of its own; under 'dotnet test.dll' the first argument is the assembly.
        string host = Environment.ProcessPath!;
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "CryptoMcp.Cryptography.Tests.dll"));
        }

        start.ArgumentList.Add("-noColor");
        foreach (string name in s_core)
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add(name);
        }

        start.Environment[variable] = "0";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await errors);
        Assert.Matches("Total: [5-9][0-9], Errors: 0, Failed: 0", output);
    }
}
