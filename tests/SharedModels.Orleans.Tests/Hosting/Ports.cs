using System.Net;
using System.Net.Sockets;

namespace SharedModels.Orleans.Tests.Hosting;

/// <summary>Finds free ports.</summary>
internal static class Ports
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
