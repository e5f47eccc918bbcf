namespace CryptoMcp.Policy.Loading;

internal static class DocumentReader
{
    public static PolicyDocument Read(ReadOnlyMemory<byte> utf8Json) => throw new NotImplementedException($"{utf8Json.Length}");
}
