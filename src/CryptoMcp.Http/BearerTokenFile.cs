using System.Security.Cryptography;
using System.Text;

namespace CryptoMcp.Http;

/// <summary>The file that holds a bearer token: one line, readable by its owner alone.</summary>
public static class BearerTokenFile
{
    /// <summary>Shortest token accepted, in characters; what 128 random bits take in hexadecimal.</summary>
    public const int MinTokenLength = 32;

    private const UnixFileMode OthersMayRead =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads the token and returns its SHA-256.</summary>
    /// <exception cref="InvalidDataException">The file is open to others, or its token is too short. Says how to mend it.</exception>
    public static byte[] ReadSha256(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & OthersMayRead) != 0)
        {
            throw new InvalidDataException($"The token file {path} is open to other users. Run: chmod 600 {path}");
        }

        var token = File.ReadAllText(path).Trim();
        if (token.Length < MinTokenLength)
        {
            throw new InvalidDataException(
                $"The token in {path} has {token.Length} characters; at least {MinTokenLength} are needed. "
                + $"Run: openssl rand -hex 32 > {path}");
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(token));
    }
}
