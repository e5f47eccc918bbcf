using System.Buffers.Binary;
using System.Security.Cryptography;
using CryptoMcp.Guard.Contracts;

namespace CryptoMcp.Guard.Owner;

/// <summary>What the authenticator signs beside the client data (WebAuthn level 3, section 6.1).</summary>
/// <param name="Counter">Signatures made so far; 0 where the authenticator does not count.</param>
/// <param name="CredentialId">Id of a new passkey; empty in an assertion.</param>
internal readonly record struct AuthenticatorData(uint Counter, byte[] CredentialId)
{
    /// <summary>The relying party of every page on this machine; which page it was, the origin says.</summary>
    public const string RelyingParty = "localhost";

    private const int HeaderLength = 37;
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte HasCredential = 0x40;

    private static readonly byte[] s_relyingPartyHash = SHA256.HashData("localhost"u8);

    /// <summary>Reads it, and insists on relying party, presence and verification of the user.</summary>
    /// <exception cref="GuardException">One of them is missing.</exception>
    public static AuthenticatorData Read(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderLength)
        {
            throw WebAuthnProblem.Of("its authenticator data is too short");
        }

        if (!data[..32].SequenceEqual(s_relyingPartyHash))
        {
            throw WebAuthnProblem.Of("it is for another relying party");
        }

        var flags = data[32];
        if ((flags & UserPresent) == 0 || (flags & UserVerified) == 0)
        {
            throw WebAuthnProblem.Of("the authenticator did not verify who you are (fingerprint, face or PIN)");
        }

        return new(BinaryPrimitives.ReadUInt32BigEndian(data[33..]), (flags & HasCredential) == 0 ? [] : CredentialIn(data[HeaderLength..]));
    }

    // 16 bytes of AAGUID, 2 of length, then the id; the public key after it comes as SubjectPublicKeyInfo from the browser.
    private static byte[] CredentialIn(ReadOnlySpan<byte> attested)
    {
        if (attested.Length < 18 || BinaryPrimitives.ReadUInt16BigEndian(attested[16..]) is var length && (length is 0 or > 1023 || attested.Length < 18 + length))
        {
            throw WebAuthnProblem.Of("its credential is malformed");
        }

        return attested.Slice(18, BinaryPrimitives.ReadUInt16BigEndian(attested[16..])).ToArray();
    }
}
