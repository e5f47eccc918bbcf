namespace CryptoMcp.Solana;

/// <summary>An account as a node shows it.</summary>
/// <param name="Lamports">What it holds.</param>
/// <param name="Owner">The program that may change it.</param>
/// <param name="IsExecutable">True for programs.</param>
/// <param name="Data">Its contents.</param>
public sealed record SolanaAccount(ulong Lamports, Pubkey Owner, bool IsExecutable, ReadOnlyMemory<byte> Data)
{
    /// <summary>Compares all that decides about money.</summary>
    public bool Equals(SolanaAccount? other) => other is not null
        && (Lamports, Owner, IsExecutable) == (other.Lamports, other.Owner, other.IsExecutable) && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Lamports, Owner, IsExecutable, Data.Length);
}
