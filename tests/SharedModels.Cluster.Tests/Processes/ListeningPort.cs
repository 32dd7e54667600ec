using System.Globalization;

namespace SharedModels.Cluster.Tests.Processes;

/// <summary>The connections to a port, as the system reports them.</summary>
internal static class ListeningPort
{
    private const string Established = "01";

    /// <summary>Returns true if bytes have arrived on a connection to a port that its process has not read.</summary>
    public static bool HasUnreadBytes(int port) => File.ReadLines("/proc/net/tcp").Skip(1)
        .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Any(fields => fields[1].EndsWith(string.Create(CultureInfo.InvariantCulture, $":{port:X4}"), StringComparison.Ordinal)
            && fields[3] == Established
            && fields[4].Split(':')[1] != "00000000");
}
