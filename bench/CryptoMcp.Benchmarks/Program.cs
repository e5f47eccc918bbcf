// All benchmarks:            dotnet run -c Release --project bench/CryptoMcp.Benchmarks -- --filter '*' --job short
// Some of them:              … -- --filter '*Secp256k1*' --job short
// Figures for bench/compare: … -- figures cryptography
//                            … -- figures policy
// First signature, cold:     … -- cold
using BenchmarkDotNet.Running;
using CryptoMcp.Benchmarks;

switch (args)
{
    case ["figures", "cryptography"]:
        CryptographyFigures.Print(Console.Out);
        break;
    case ["figures", "policy"]:
        PolicyFigures.Print(Console.Out);
        break;
    case ["cold"]:
        CryptographyColdStart.Print(Console.Out);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
