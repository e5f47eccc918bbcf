namespace CryptoMcp.Policy;

/// <summary>A parameter of a function.</summary>
/// <param name="Type">Canonical ABI type (<c>uint256</c>, not <c>uint</c>).</param>
/// <param name="Name">Name; empty if the signature has none.</param>
public sealed record FunctionParameter(string Type, string Name);

/// <summary>A function as people write it: <c>deposit(uint256 assets, address receiver)</c>. Selectors are derived, never
/// written.</summary>
public sealed record FunctionSignature
{
    /// <summary>Function name.</summary>
    public required string Name { get; init; }

    /// <summary>Parameters in order.</summary>
    public required IReadOnlyList<FunctionParameter> Parameters { get; init; }

    /// <summary>The form that the selector is derived from: <c>deposit(uint256,address)</c>.</summary>
    public string Canonical => $"{Name}({string.Join(',', Parameters.Select(p => p.Type))})";

    /// <summary>The form with parameter names.</summary>
    public override string ToString() =>
        $"{Name}({string.Join(", ", Parameters.Select(p => p.Name.Length == 0 ? p.Type : $"{p.Type} {p.Name}"))})";
}

/// <summary>A test on one argument of a call.</summary>
/// <param name="Kind">How it is tested.</param>
/// <param name="Text">The policy's text: a payee name or a literal; empty otherwise.</param>
/// <param name="Bound">For <see cref="ArgumentTestKind.Within"/>.</param>
public sealed record ArgumentTest(ArgumentTestKind Kind, string Text, Bound? Bound = null);

/// <summary>Ways to test an argument.</summary>
public enum ArgumentTestKind
{
    /// <summary><c>self</c>: the address of the wallet that signs.</summary>
    Self,

    /// <summary><c>payee:name</c>: the payee's address on the chain of the call.</summary>
    Payee,

    /// <summary><c>= literal</c>.</summary>
    EqualTo,

    /// <summary><c>&lt;= 20 USDC</c> or <c>&lt;= 100</c>.</summary>
    Within,
}
