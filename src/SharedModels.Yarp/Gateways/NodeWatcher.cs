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

    /// <summary>The time in which a node whose stream of reports has ended must answer, so that it does not count as lost.</summary>
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(400);

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
        var limit = cluster.ReportTimeout;
        while (!stopping.IsCancellationRequested)
        {
            var (start, hasReported) = (time.GetTimestamp(), false);
            string? failure = null;
            try
            {
                await ReadAsync(node, limit, () => (lastFailure, hasReported) = (null, true), stopping).ConfigureAwait(false);
                failure = hasReported ? null : "The stream of reports has ended without a report.";
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

            // A stream can end although the node works. A stream that ends immediately is not one.
            limit = hasReported && time.GetElapsedTime(start) > ReconnectDelay ? ProbeTimeout : cluster.ReportTimeout;
            if (limit == ProbeTimeout)
                continue;
            cluster.Disconnect(node);
            if (failure is not null && failure != lastFailure)
                Log.NodeLost(_logger, node.Address, failure);
            lastFailure = failure ?? lastFailure;
            await Task.Delay(ReconnectDelay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(ClusterNode node, TimeSpan limit, Action connected, CancellationToken stopping)
    {
        // A node that hangs or that cannot be reached sends nothing, and does not close the connection.
        using var silence = new CancellationTokenSource(limit, time);
        using var end = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), silence);
        try
        {
            var path = options.Value.NodePath.TrimEnd('/') + NodeHeaders.ReportsPath;
            using var request = new HttpRequestMessage(HttpMethod.Get, node.Address + path)
            {
                VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
            };
            using var response = await client.Invoker.SendAsync(request, silence.Token).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            if (response.Content.Headers.ContentType?.MediaType is not "text/event-stream" and var type)
            {
                throw new InvalidOperationException(
                    $"{path} returns {type ?? "nothing"} instead of reports. Set {nameof(ClusterOptions.NodePath)} to the path prefix of "
                    + "MapSharedModelsNode.");
            }

            var stream = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            await using var streamEnd = stream.ConfigureAwait(false);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(silence.Token).ConfigureAwait(false))
            {
                silence.CancelAfter(cluster.ReportTimeout - ProbeTimeout);
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
            throw new TimeoutException($"No report for {cluster.ReportTimeout.TotalSeconds:0.###} s.", exception);
        }
    }
}
