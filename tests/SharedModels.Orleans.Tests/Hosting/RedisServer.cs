using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace SharedModels.Orleans.Tests.Hosting;

/// <summary>A Redis server on a loopback port, without files.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Process _process;

    private RedisServer(int port)
    {
        Address = $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        _process = Process.Start(new ProcessStartInfo(
            "redis-server",
            [
                "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--loglevel", "warning",
            ]) { UseShellExecute = false, RedirectStandardOutput = true })!;
    }

    public string Address { get; }

    public static async Task<RedisServer> StartAsync()
    {
        var port = Ports.Find();
        var server = new RedisServer(port);
        await Condition.UntilAsync(async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return server;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
