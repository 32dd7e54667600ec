using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace SharedModels.Benchmarks.Http;

/// <summary>The sample in a separate process, on a free port.</summary>
internal sealed class VisionServer : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly HttpClient _client;

    private VisionServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
        _client = new() { BaseAddress = address };
    }

    public Uri Address { get; }

    /// <summary>The working set of the process.</summary>
    public double MemoryBytes
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return Process.GetProcessById(_process.Id).WorkingSet64;
            var line = File
                .ReadLines($"/proc/{_process.Id}/status")
                .First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return 1024 * double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    /// <param name="folder">The folder of the program, by default of the build for these benchmarks.</param>
    /// <param name="settings">Settings of the program, such as <c>SharedModels:Models:owlv2:MaxBatchSize=1</c>.</param>
    public static async Task<VisionServer> StartAsync(string? folder = null, params IEnumerable<string> settings)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        folder ??= Repository.File("samples", "VisionApi", "bin", configuration, "net10.0");
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(folder, "VisionApi.dll"), "--urls=http://127.0.0.1:0", .. settings.Select(static setting => $"--{setting}")])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                listening.TrySetResult(new Uri(line.Data[(at + Listening.Length)..]));
            else if (line.Data is null)
                listening.TrySetException(new InvalidOperationException("The sample did not start."));
        };
        process.BeginOutputReadLine();
        return new(process, await listening.Task);
    }

    public async Task<(int Leases, int Queued)> InUseAsync()
    {
        var models = (await _client.GetFromJsonAsync<JsonElement>("/v1/models")).GetProperty("models").EnumerateArray().ToList();
        return (models.Sum(static model => model.GetProperty("leases").GetInt32()), models.Sum(
            static model => model.GetProperty("queued").GetInt32()));
    }

    /// <summary>Waits until nothing is in use, for at most ten seconds.</summary>
    public async Task UntilIdleAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var i = 0; i < 100 && await timer.WaitForNextTickAsync(); i++)
        {
            if (await InUseAsync() == (0, 0))
                return;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Kill();
        _process.Dispose();
    }
}
