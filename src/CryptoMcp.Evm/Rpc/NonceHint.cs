namespace CryptoMcp.Evm;

/// <summary>
/// An account's next nonce as a node sees it. Only a hint: the ledger allocates nonces. Lower than ours, the node is
/// behind and ours stands; higher, somebody else used the key.
/// </summary>
/// <param name="Latest">Transactions in blocks.</param>
/// <param name="Pending">With those in the node's pool.</param>
public readonly record struct NonceHint(ulong Latest, ulong Pending);
