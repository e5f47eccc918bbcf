using System.ComponentModel;
using System.Diagnostics;
using CryptoMcp.Cryptography.Tests.Vectors;

namespace CryptoMcp.Cryptography.Tests;

/// <summary>Signatures byte for byte as viem and ethers make them, digests as @noble/hashes does.</summary>
public sealed class JavaScriptEqualityTests
{
    /// <summary>Names another package.json beside a node_modules with viem, ethers and @noble/hashes.</summary>
    private const string PackagesVariable = "CRYPTOMCP_NODE_PACKAGES";

    [Fact]
    public async Task Signatures_and_digests_equal_those_of_viem_ethers_and_noble()
    {
        string packages = Environment.GetEnvironmentVariable(PackagesVariable) ?? Path.Combine(VectorFile.Repository, "tests", "chains", "package.json");
        string modules = Path.Combine(Path.GetDirectoryName(packages)!, "node_modules");
        Assert.SkipUnless(Directory.Exists(Path.Combine(modules, "viem")), "viem is not installed ('npm ci' in tests/chains): comparison skipped.");
        var random = new Random(11);
        var cases = new List<(byte[] Key, byte[] Digest)>();
        foreach (byte[] key in Numbers.EdgeKeys().Where((_, i) => i % 3 == 0))
        {
            var digest = new byte[32];
            random.NextBytes(digest);
            cases.Add((key, digest));
        }

        string[] lines = await RunNode(packages, cases);
        Assert.Equal(cases.Count, lines.Length);
        var signature = new byte[Secp256k1.SignatureLength];
        for (int i = 0; i < cases.Count; i++)
        {
            Secp256k1.Sign(cases[i].Key, cases[i].Digest, signature);
            string own = Convert.ToHexStringLower(signature);
            Assert.Equal($"{own} {own} {Convert.ToHexStringLower(Keccak256.Hash(cases[i].Digest))}", lines[i]);
        }
    }

    private static async Task<string[]> RunNode(string packages, List<(byte[] Key, byte[] Digest)> cases)
    {
        string script = Path.Combine(VectorFile.Repository, "tests", "CryptoMcp.Cryptography.Tests", "Oracles", "javascript.mjs");
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(packages);
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed: comparison with viem and ethers skipped.");
        }

        using (process)
        {
            Task<string> errors = process!.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            foreach ((byte[] key, byte[] digest) in cases)
            {
                await process.StandardInput.WriteLineAsync($"{Convert.ToHexStringLower(key)} {Convert.ToHexStringLower(digest)}");
            }

            process.StandardInput.Close();
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
    }
}
