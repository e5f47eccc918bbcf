using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace CryptoMcp.Guard.Page;

/// <summary>
/// Proves that a POST comes from a page that this process served a while ago. It keeps other web pages and pages of an
/// earlier guard out; a program on this machine can read it, so it permits nothing that needs the owner.
/// </summary>
internal sealed class PageToken(TimeProvider clock)
{
    private static readonly TimeSpan s_life = TimeSpan.FromHours(12);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Make()
    {
        Span<byte> token = stackalloc byte[8 + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(token, clock.GetTimestamp());
        HMACSHA256.HashData(_key, token[..8], token[8..]);
        return Base64Url.EncodeToString(token);
    }

    public bool IsGood(string text)
    {
        Span<byte> token = stackalloc byte[8 + HMACSHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!Base64Url.IsValid(text, out var length) || length != token.Length || !Base64Url.TryDecodeFromChars(text, token, out _))
        {
            return false;
        }

        HMACSHA256.HashData(_key, token[..8], expected);
        return CryptographicOperations.FixedTimeEquals(token[8..], expected)
            && clock.GetElapsedTime(BinaryPrimitives.ReadInt64BigEndian(token)) < s_life;
    }
}
