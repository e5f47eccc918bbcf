using System.Buffers.Binary;
using System.Net.Sockets;

namespace CryptoMcp.Guard.Platform;

/// <summary>Who is at the other end of a Unix domain socket, as the kernel says (<c>SO_PEERCRED</c>, Linux).</summary>
/// <param name="ProcessId">The peer's process when it connected.</param>
/// <param name="User">The peer's effective user then.</param>
public readonly record struct PeerCredentials(int ProcessId, uint User)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>The peer of a connected socket; null where the system cannot tell (the directory's mode protects alone there).</summary>
    public static PeerCredentials? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
        Span<byte> credentials = stackalloc byte[12];
        return socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == credentials.Length
            ? new PeerCredentials(
                BinaryPrimitives.ReadInt32LittleEndian(credentials), BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]))
            : null;
    }

    /// <summary>True when the peer is our own user, or root, who could read the keys in any case.</summary>
    public bool IsOwner => User == Posix.EffectiveUser() || User == 0;
}
