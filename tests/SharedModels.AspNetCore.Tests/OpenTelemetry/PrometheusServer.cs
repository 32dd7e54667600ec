using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>A Prometheus server that scrapes an application every second.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prometheus-");
    private readonly Process _process;
    private readonly HttpClient _client;

    public PrometheusServer(Uri application)
    {
        var configuration = Path.Combine(_folder.FullName, "prometheus.yml");
        File.WriteAllText(configuration, $"""
            global: {"{"} scrape_interval: 1s {"}"}
            scrape_configs:
              - job_name: application
                static_configs: [{"{"} targets: ["{application.Authority}"] {"}"}]
            """);
        var address = $"127.0.0.1:{FindPort()}";
        _process = Process.Start(new ProcessStartInfo(
            "prometheus",
            [
                $"--config.file={configuration}", $"--storage.tsdb.path={_folder.FullName}/data", $"--web.listen-address={address}",
                "--log.level=error",
            ]) { UseShellExecute = false })!;
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}") };
    }

    /// <summary>Runs a query, and returns how many series it has; -1 while the server does not respond yet.</summary>
    public async Task<int> CountAsync(string query)
    {
        try
        {
            using var response = await _client.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                return -1;
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(answer.GetProperty("status").GetString() == "success", $"{query}: {answer}");
            return answer.GetProperty("data").GetProperty("result").GetArrayLength();
        }
        catch (HttpRequestException)
        {
            return -1;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
