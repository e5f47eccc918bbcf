namespace CryptoMcp.Guard.X402;

/// <summary>The kinds by name.</summary>
internal static class AuthorizationKinds
{
    private static readonly IAuthorizationKind[] s_all = [new Eip3009Kind(), new Permit2Kind(), new TokenPermitKind()];

    /// <summary>The kind of this name.</summary>
    public static IAuthorizationKind Of(string name) => Array.Find(s_all, kind => kind.Name == name)
        ?? throw new InvalidOperationException($"'{name}' is no kind of authorization that this version knows.");
}
