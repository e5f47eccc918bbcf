using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CryptoMcp.Guard.Owner;

namespace CryptoMcp.Guard.Tests.Approvals;

/// <summary>
/// A passkey in software: what an owner's authenticator does, and, with other settings, what a forger would. The real
/// browser with its own authenticator is in the end-to-end tests.
/// </summary>
internal sealed class SoftPasskey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Id { get; } = RandomNumberGenerator.GetBytes(16);

    public string IdText => Base64Url.EncodeToString(Id);

    public string Origin { get; set; } = ApprovalGround.Origin;

    public string RelyingParty { get; set; } = "localhost";

    /// <summary>User present and verified.</summary>
    public byte Flags { get; set; } = 0x05;

    public uint Counter { get; set; }

    public string Type { get; set; } = "webauthn.get";

    public Registration Register(byte[] challenge)
    {
        Span<byte> attested = [.. new byte[16], 0, (byte)Id.Length, .. Id];
        return new()
        {
            CredentialId = IdText,
            ClientData = Encode(ClientDataText("webauthn.create", challenge)),
            AuthenticatorData = Base64Url.EncodeToString([.. AuthenticatorData((byte)(Flags | 0x40)), .. attested]),
            PublicKey = Base64Url.EncodeToString(_key.ExportSubjectPublicKeyInfo()),
            Algorithm = -7,
        };
    }

    public Assertion Sign(byte[] challenge)
    {
        Counter++;
        var client = Encoding.UTF8.GetBytes(ClientDataText(Type, challenge));
        var data = AuthenticatorData(Flags);
        return new()
        {
            CredentialId = IdText,
            ClientData = Base64Url.EncodeToString(client),
            AuthenticatorData = Base64Url.EncodeToString(data),
            Signature = Base64Url.EncodeToString(_key.SignData(
                (byte[])[.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        };
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private string ClientDataText(string type, byte[] challenge) =>
        $$"""{"type":"{{type}}","challenge":"{{Base64Url.EncodeToString(challenge)}}","origin":"{{Origin}}","crossOrigin":false}""";

    private byte[] AuthenticatorData(byte flags)
    {
        var data = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(RelyingParty)).CopyTo(data, 0);
        data[32] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), Counter);
        return data;
    }
}
