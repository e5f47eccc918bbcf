using System.Security.Cryptography;
using CryptoMcp.Cryptography;
using CryptoMcp.Guard.Contracts;
using CryptoMcp.Guard.Keys;
using CryptoMcp.Guard.Platform;
using CryptoMcp.Policy;

namespace CryptoMcp.Guard.Owner;

/// <summary>
/// The passphrase by which the owner approves at a terminal: that of a wallet of the policy which the owner unlocked by
/// hand, or else one chosen for approvals alone. It is verified here, in the guard, and never in the program that asked.
/// </summary>
internal sealed class OwnerPassphrase(GuardHome home, TimeProvider clock) : IDisposable
{
    private const int WrongAllowed = 5;

    private static readonly TimeSpan s_lockout = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly HashSet<string> _typed = new(StringComparer.Ordinal);
    private int _wrong;
    private long _lastWrong;

    private string OwnerFile => Path.Combine(home.Guard, "owner.json");

    /// <summary>Notes that the owner unlocked a wallet by hand when the guard started, and that it is the policy's.</summary>
    public void Typed(string wallet) => _typed.Add(wallet);

    /// <summary>Whose passphrase is asked for: <c>wallet NAME</c>, <c>owner</c>, or <c>unset</c> where none was chosen yet.</summary>
    public string Kind(PolicyDocument policy) =>
        TypedWallet() is { } wallet ? $"wallet {wallet}" : File.Exists(OwnerFile) ? "owner" : "unset";

    /// <summary>Chooses the owner's passphrase, where a wallet's does not serve and none was chosen before.</summary>
    /// <exception cref="GuardException">There is one already.</exception>
    public void Choose(PolicyDocument policy, SecretBytes passphrase)
    {
        if (Kind(policy) != "unset")
        {
            throw new GuardException(
                "passphrase_chosen", "The owner's passphrase was chosen before.", "Use that one. If it was not you who chose it, freeze the wallet and move the money.");
        }

        if (passphrase.Length < 8)
        {
            throw new GuardException("passphrase_short", "The passphrase is shorter than 8 characters.", "Choose a longer one.");
        }

        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        GuardHome.WritePrivateFile(OwnerFile, KeystoreV3.Encrypt(
            secret, passphrase.Span, new byte[KeystoreV3.AddressLength], ScryptCost.Standard, RandomNumberGenerator.GetBytes(KeystoreV3.RandomnessLength)));
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>Checks a passphrase; slow on purpose, one at a time, and closed for a while after five wrong ones.</summary>
    /// <exception cref="GuardException">It is wrong, none was chosen, or too many were wrong.</exception>
    public async ValueTask CheckAsync(PolicyDocument policy, SecretBytes passphrase, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (_wrong >= WrongAllowed && clock.GetElapsedTime(_lastWrong) < s_lockout)
            {
                throw new GuardException("too_many_wrong", "Too many wrong passphrases.", "Wait ten minutes, or approve with your passkey.");
            }

            if (!await Task.Run(() => Opens(policy, passphrase), ct))
            {
                _wrong = clock.GetElapsedTime(_lastWrong) < s_lockout ? _wrong + 1 : 1;
                _lastWrong = clock.GetTimestamp();
                throw new GuardException("wrong_passphrase", "That is not the passphrase.", "Try again; five wrong ones close this for ten minutes.");
            }

            _wrong = 0;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private bool Opens(PolicyDocument policy, SecretBytes passphrase)
    {
        try
        {
            if (TypedWallet() is { } wallet)
            {
                // The addresses of the keys decide, not what the file says about itself.
                using var keys = new KeyRing();
                new WalletStore(home, clock).Unlock(wallet, passphrase, keys);
                return policy.Wallets.Values.Any(keys.Holds);
            }

            if (!File.Exists(OwnerFile))
            {
                throw new GuardException("no_passphrase", "No passphrase was chosen yet.", "Run 'cryptomcp approve' in a terminal and choose one.");
            }

            GuardHome.CheckPrivateFile(OwnerFile);
            using var secret = KeystoreV3.Decrypt(File.ReadAllBytes(OwnerFile), passphrase.Span);
            return true;
        }
        catch (GuardException e) when (e.Problem.Code == "wrong_passphrase")
        {
            return false;
        }
        catch (KeystoreException)
        {
            return false;
        }
    }

    private string? TypedWallet() => _typed.Order(StringComparer.Ordinal).FirstOrDefault();
}
