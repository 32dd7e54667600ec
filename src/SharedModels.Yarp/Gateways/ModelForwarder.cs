using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.Clustering.Telemetry;
using SharedModels.Diagnostics;
using SharedModels.Routing;
using SharedModels.Yarp.Gateways.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace SharedModels.Yarp.Gateways;

/// <summary>
/// Forwards a request to the node that the router chooses, and to another one if the first rejects it, cannot be reached, or is lost and
/// the endpoint allows it.
/// </summary>
internal sealed class ModelForwarder(
    Cluster cluster,
    IHttpForwarder forwarder,
    NodeClient client,
    ClusterMetrics metrics,
    RouteHistory history,
    IOptions<ClusterOptions> options,
    ILogger<ModelForwarder> logger)
{
    private const int RetryAfterSeconds = 1;

    // To keep a connection, the client for nodes sends a body of up to 1 KB even to a node that has rejected the request.
    private const int SmallBodyBytes = 16 * 1024;

    // With TLS, the node chooses the version, and HTTP/1.1 otherwise. A client has no influence on it.
    private readonly ForwarderRequestConfig _config = new()
    {
        ActivityTimeout = options.Value.ActivityTimeout,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher,
    };

    // A logger that fails must not affect requests.
    private readonly SafeLogger _logger = new(logger);

    public async Task ForwardAsync(HttpContext context)
    {
        if (cluster.Find(context.Request) is not { } endpoint)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var route = new ModelRoute(endpoint.Demand);
        using var telemetry = new RouteTelemetry(
            metrics, route, endpoint.IsKnown ? endpoint.Demand.ToString() : OutcomeNames.UnknownModels, history.Add);

        // The limit of this server applies to bodies that it buffers.
        if (!endpoint.AllowsRetry)
            LeaveSizeToNode(context);
        var body = ReplaceBody(context.Request, endpoint.AllowsRetry || context.Request.ContentLength <= SmallBodyBytes);
        while (cluster.Send(route, static node => node, telemetry.Loads) is var (node, choice))
        {
            if (!await TryAsync(context, endpoint, route, node, choice, body, telemetry).ConfigureAwait(false))
                return;
            Reset(context, body);
        }

        if (route.BrokenAttempts > 0)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        RespondBusy(context.Response);
    }

    /// <summary>Returns true if the request can be sent to another node. Otherwise, its body was read, and the response says so.</summary>
    private static bool IsUnread(ReadTrackingStream? body, HttpResponse response)
    {
        if (body?.IsTouched != true)
            return true;
        RespondBusy(response);
        return false;
    }

    /// <summary>Responds to a request that has not begun on any node.</summary>
    private static void RespondBusy(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = $"{RetryAfterSeconds}";
    }

    /// <summary>Lets the node limit the size of the body, unless this endpoint has a limit.</summary>
    private static void LeaveSizeToNode(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is null
            && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
    }

    /// <summary>Buffers a body as it is read, or returns a stream that records whether it was read, because it can be sent once.</summary>
    private static ReadTrackingStream? ReplaceBody(HttpRequest request, bool isBuffered)
    {
        if (isBuffered)
        {
            request.EnableBuffering();
            return null;
        }

        var body = new ReadTrackingStream(request.Body);
        request.Body = body;
        return body;
    }

    private static void Reset(HttpContext context, ReadTrackingStream? body)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Features.Set<IForwarderErrorFeature>(null);
        if (body is null)
            context.Request.Body.Position = 0;
    }

    /// <summary>Sends the request to a node. Returns true if another node can be tried.</summary>
    private async Task<bool> TryAsync(
        HttpContext context,
        RoutedEndpoint endpoint,
        ModelRoute route,
        ClusterNode node,
        NodeChoice choice,
        ReadTrackingStream? body,
        RouteTelemetry telemetry)
    {
        var transformer = new AttemptTransformer(choice.WaitBudget, telemetry.Begin(choice));

        // A request that cannot be sent again, or whose response has begun, waits for its node, however long it takes.
        using var lost = new CancellationTokenSource();
        using var loss = (endpoint.AllowsRetry && choice.Kind != NodeChoiceKind.Unknown ? node.Connection : default).UnsafeRegister(
            _ =>
            {
                if (!context.Response.HasStarted)
                    lost.Cancel();
            },
            null);
        var mark = SentMark.Begin();
        ForwarderError error;
        try
        {
            error = await forwarder
                .SendAsync(context, node.Address, client.Invoker, _config, transformer, lost.Token)
                .ConfigureAwait(false);
        }
        catch
        {
            cluster.Cancel(route);
            telemetry.End(AttemptOutcome.Failed);
            throw;
        }

        if (transformer.Rejection is { } rejection)
        {
            if (transformer.Report is { } report)
                cluster.Report(node.Address, report);
            cluster.Reject(route, rejection);
            telemetry.End(OutcomeNames.Of(rejection));

            // The node took longer to reject the request than the client for nodes waits with a body, which can be sent once.
            return IsUnread(body, context.Response);
        }

        if (error == ForwarderError.None || transformer.IsComplete)
        {
            cluster.End(route);
            telemetry.End(AttemptOutcome.Served, transformer.Waited);
            return false;
        }

        if (context.RequestAborted.IsCancellationRequested || IsOfClient(error))
        {
            cluster.Cancel(route);
            telemetry.End(AttemptOutcome.Canceled, transformer.Waited);
            return false;
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (!mark.IsSent && HasNoConnection(exception))
        {
            cluster.Miss(route);
            telemetry.End(AttemptOutcome.Unreachable);
            Log.NodeUnreachable(_logger, node.Address, exception!.Message);
            return IsUnread(body, context.Response);
        }

        if (IsTimeout(error) && !lost.IsCancellationRequested && node.IsConnected)
        {
            // A node that reports is not lost because a request takes long or nobody sends anything.
            cluster.Cancel(route);
            telemetry.End(AttemptOutcome.Failed);
            return false;
        }

        cluster.Break(route);
        telemetry.End(AttemptOutcome.Lost);
        Log.RequestLost(_logger, node.Address, context.Request.Path, exception?.Message ?? error.ToString());
        return endpoint.AllowsRetry && !context.Response.HasStarted;
    }

    /// <summary>Returns true if the client caused the failure. It says nothing about the node.</summary>
    private static bool IsOfClient(ForwarderError error) => error is ForwarderError.RequestCreation or ForwarderError.RequestBodyClient
        or ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseClient;

    /// <summary>Returns true if <see cref="ClusterOptions.ActivityTimeout"/> has ended the request.</summary>
    private static bool IsTimeout(ForwarderError error) => error is ForwarderError.RequestTimedOut or ForwarderError.RequestBodyCanceled
        or ForwarderError.ResponseBodyCanceled or ForwarderError.UpgradeActivityTimeout;

    /// <summary>Returns true if there was no connection to the node, possibly within <see cref="ClusterOptions.ConnectTimeout"/>.</summary>
    private static bool HasNoConnection(Exception? exception) => exception
        is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError,
        }
        or OperationCanceledException { InnerException: TimeoutException };
}
