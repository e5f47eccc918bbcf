namespace CryptoMcp.Policy;

internal static class PolicyPrinter
{
    public static byte[] Print(PolicyDocument document) => throw new NotImplementedException(document.Name);
}
