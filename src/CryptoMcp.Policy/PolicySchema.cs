namespace CryptoMcp.Policy;

/// <summary>
/// The JSON Schema (draft 2020-12) of the policy file, for editors. It knows the form of the file; what belongs together
/// (names, units, arguments) only <see cref="PolicyDocument.Load"/> checks.
/// </summary>
public static class PolicySchema
{
    /// <summary>The schema as text.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(PolicySchema).Assembly.GetManifestResourceStream("policy.schema.json")
            ?? throw new InvalidOperationException("The policy schema is missing from this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
