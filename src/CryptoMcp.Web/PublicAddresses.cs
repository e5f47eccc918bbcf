using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace CryptoMcp.Web;

/// <summary>
/// Tells addresses of the public Internet from all others: the owner's own network, this machine, cloud metadata services
/// (169.254.169.254 and fd00:ec2::254) and what the IANA special-purpose registries (RFC 6890) set aside.
/// </summary>
public static class PublicAddresses
{
    // Network and prefix length of the IPv4 special-purpose registry, multicast and class E.
    private static readonly (uint Network, int Prefix)[] s_special4 =
    [
        (0x00000000, 8), (0x0A000000, 8), (0x64400000, 10), (0x7F000000, 8), (0xA9FE0000, 16), (0xAC100000, 12),
        (0xC0000000, 24), (0xC0000200, 24), (0xC0586300, 24), (0xC0A80000, 16), (0xC6120000, 15), (0xC6336400, 24),
        (0xCB007100, 24), (0xE0000000, 4), (0xF0000000, 4),
    ];

    /// <summary>True for a unicast address of the public Internet. What carries another address inside is judged by that, or refused.</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            Span<byte> four = stackalloc byte[4];
            address.TryWriteBytes(four, out _);
            return IsPublic4(BinaryPrimitives.ReadUInt32BigEndian(four));
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        Span<byte> six = stackalloc byte[16];
        address.TryWriteBytes(six, out _);
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic4(BinaryPrimitives.ReadUInt32BigEndian(six[12..]));
        }

        // Only 2000::/3 is handed out as global unicast (RFC 4291 section 2.4). Within it: 2001::/23 holds Teredo and other
        // protocols, 2001:db8::/32 and 3fff::/20 are documentation, 2002::/16 carries any IPv4 address (6to4).
        var head = BinaryPrimitives.ReadUInt32BigEndian(six);
        return head >> 29 == 1
            && head >> 9 != 0x20010000 >> 9
            && head != 0x20010DB8
            && head >> 16 != 0x2002
            && head >> 12 != 0x3FFF0000 >> 12;
    }

    private static bool IsPublic4(uint address)
    {
        foreach (var (network, prefix) in s_special4)
        {
            if ((address ^ network) >> (32 - prefix) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
