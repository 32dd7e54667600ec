using System.Diagnostics;

namespace ClusterSample;

/// <summary>Starts the nodes as separate processes, and forwards requests to them.</summary>
internal static class Gateway
{
    public static async Task RunAsync(int port, IReadOnlyList<int> nodes)
    {
        var processes = nodes.Select(Start).ToList();
        var builder = WebApplication.CreateBuilder();
        for (var i = 0; i < nodes.Count; i++)
            builder.Configuration[$"SharedModels:Cluster:Nodes:{i}"] = $"http://127.0.0.1:{nodes[i]}";
        builder.Services.AddReverseProxy().AddSharedModels(builder.Configuration.GetSection("SharedModels:Cluster"));
        var app = builder.Build();
        app.MapSharedModelsGateway();
        app.MapSharedModelsClusterDashboard();
        await app.RunAsync($"http://localhost:{port}");

        // A node stops when its input ends, even if this process is killed.
        processes.ForEach(static process => process.StandardInput.Close());
        await Task.WhenAll(processes.Select(static process => process.WaitForExitAsync()));
    }

    private static Process Start(int port)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Gateway).Assembly.Location, $"{port}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        })!;
        Console.WriteLine($"Node {port} is process {process.Id}.");
        return process;
    }
}
