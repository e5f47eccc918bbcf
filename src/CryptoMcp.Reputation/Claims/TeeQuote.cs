using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace CryptoMcp.Reputation;

/// <summary>
/// An Intel SGX or TDX attestation quote (DCAP versions 3, 4 and 5), taken apart. Nothing in it is proven by parsing: its
/// signature chain is checked by <see cref="DcapVerifier"/>.
/// </summary>
public sealed record TeeQuote
{
    private const int HeaderSize = 48;
    private const int SgxReportSize = 384;
    private const int Td10ReportSize = 584;
    private const int Td15ReportSize = 648;

    /// <summary>3, 4 or 5.</summary>
    public required int Version { get; init; }

    /// <summary><c>tdx</c> or <c>sgx</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Measurement of what runs: MRTD, 48 bytes, or MRENCLAVE, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Measurement { get; init; }

    /// <summary>RTMR 0 to 3 of TDX: what was measured since the start; empty for SGX.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> RuntimeMeasurements { get; init; } = [];

    /// <summary>64 bytes that the code inside chose, such as the address of its key.</summary>
    public required ReadOnlyMemory<byte> ReportData { get; init; }

    /// <summary>Takes a quote apart; false when the bytes are no quote of a known form.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out TeeQuote? quote)
    {
        quote = null;
        if (bytes.Length < HeaderSize)
        {
            return false;
        }

        var header = bytes.Span;
        var version = BinaryPrimitives.ReadUInt16LittleEndian(header);
        var tee = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        int kind;
        var at = HeaderSize;
        switch (version)
        {
            case 3 when tee == 0:
            case 4 when tee == 0:
                kind = 1;
                break;
            case 4 when tee == 0x81:
                kind = 2;
                break;
            case 5 when bytes.Length >= HeaderSize + 6:
                // Version 5 says type and size of the body that follows: 1 SGX, 2 TD 1.0, 3 TD 1.5.
                kind = BinaryPrimitives.ReadUInt16LittleEndian(header[HeaderSize..]);
                at = HeaderSize + 6;
                break;
            default:
                return false;
        }

        var size = kind switch { 1 => SgxReportSize, 2 => Td10ReportSize, 3 => Td15ReportSize, _ => int.MaxValue };
        if (bytes.Length - at < size)
        {
            return false;
        }

        quote = Read(version, kind, bytes.Slice(at, size));
        return true;
    }

    /// <summary>True when the report data begins with the address: the key was made inside.</summary>
    public bool Binds(Evm.EvmAddress address) => ReportData.Span.StartsWith(address.ToArray());

    internal static TeeQuote Read(int version, int kind, ReadOnlyMemory<byte> body) => kind == 1
        ? new() { Version = version, Kind = "sgx", Measurement = body.Slice(64, 32), ReportData = body.Slice(320, 64) }
        : new()
        {
            Version = version,
            Kind = "tdx",
            Measurement = body.Slice(136, 48),
            RuntimeMeasurements = [body.Slice(328, 48), body.Slice(376, 48), body.Slice(424, 48), body.Slice(472, 48)],
            ReportData = body.Slice(520, 64),
        };
}
