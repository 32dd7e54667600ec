using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.Diagnostics;
using SharedModels.Hosting;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Gateways;

/// <summary>Reads the reports of all nodes, and connects again after a failure.</summary>
internal sealed class NodeWatcher(
    Cluster cluster, NodeClient client, IOptions<ClusterOptions> options, TimeProvider time, ILogger<NodeWatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(200);

    // A logger that fails must not end the watch.
    private readonly SafeLogger _logger = new(logger);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        StartWarnings.Log(_logger, options.Value.Report.Warnings);
        return Task.WhenAll(cluster.Nodes.Select(node => WatchAsync(node, stoppingToken)));
    }

    private async Task WatchAsync(ClusterNode node, CancellationToken stopping)
    {
        string? lastFailure = null;
        while (!stopping.IsCancellationRequested)
        {
            string? failure = null;
            try
            {
                await ReadAsync(node, () => lastFailure = null, stopping).ConfigureAwait(false);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                // A node that stays away is reported once.
                failure = exception.Message;
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }

            cluster.Disconnect(node);
            if (failure is not null && failure != lastFailure)
                Log.NodeLost(_logger, node.Address, failure);
            lastFailure = failure ?? lastFailure;
            await Task.Delay(ReconnectDelay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(ClusterNode node, Action connected, CancellationToken stopping)
    {
        // A node that hangs or that cannot be reached sends nothing, and does not close the connection.
        using var silence = new CancellationTokenSource(cluster.ReportTimeout, time);
        using var end = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), silence);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, node.Address + options.Value.NodePath + NodeHeaders.ReportsPath);
            using var response = await client.Invoker.SendAsync(request, silence.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            var stream = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            await using var streamEnd = stream.ConfigureAwait(false);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(silence.Token).ConfigureAwait(false))
            {
                silence.CancelAfter(cluster.ReportTimeout);
                if (JsonSerializer.Deserialize(item.Data, NodeJson.Default.NodeMessage) is not { } message)
                    continue;
                if (message.Endpoints is { } endpoints)
                {
                    node.SetEndpoints(endpoints);
                    connected();
                    Log.NodeConnected(_logger, node.Address, endpoints.Count);
                }

                cluster.Report(node.Address, message.Report);
            }
        }
        catch (OperationCanceledException exception) when (!stopping.IsCancellationRequested)
        {
            throw new TimeoutException($"No report for {cluster.ReportTimeout.TotalSeconds} s.", exception);
        }
    }
}
