using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SharedModels.Routing;
using SharedModels.Yarp.Gateways.Telemetry;
using SharedModels.Yarp.Messages;
using Yarp.ReverseProxy.Forwarder;

namespace SharedModels.Yarp.Gateways;

/// <summary>
/// Sends the wait budget, the trace, the address of the client (<c>X-Forwarded-For</c>) and, before a body, <c>Expect: 100-continue</c> to
/// the node. Keeps the response of a node that rejects the request from the client.
/// </summary>
/// <param name="budget">The wait budget, or <see langword="null"/> for any wait.</param>
/// <param name="activity">The activity that the node's activities descend from.</param>
internal sealed class AttemptTransformer(TimeSpan? budget, Activity? activity) : HttpTransformer
{
    /// <summary>The reason why the node rejected the request, or <see langword="null"/> if it did not.</summary>
    public NodeRejection? Rejection { get; private set; }

    /// <summary>The report that came with the rejection.</summary>
    public NodeReport? Report { get; private set; }

    /// <summary>The time that the request has waited for leases, if the node has measured it.</summary>
    public TimeSpan? Waited { get; private set; }

    /// <summary>Indicates whether the whole response has been received. The client may still be sending its request.</summary>
    public bool IsComplete { get; private set; }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await Default.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken).ConfigureAwait(false);
        proxyRequest.Headers.Remove(NodeHeaders.WaitBudget);
        proxyRequest.Headers.Add(
            NodeHeaders.WaitBudget,
            budget?.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) ?? NodeHeaders.AnyWait);

        TraceHeaders.Write(activity, httpContext.Request, proxyRequest);

        // The body stays with the client until the node has accepted the request.
        if (proxyRequest.Content is not null)
            proxyRequest.Headers.ExpectContinue = true;
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null && proxyResponse.Headers.TryGetValues(NodeHeaders.Rejected, out var reasons))
        {
            // A later version of the node can have more reasons.
            var isWait = reasons.FirstOrDefault() == nameof(NodeRejection.WaitTooLong);
            Rejection = isWait ? NodeRejection.WaitTooLong : NodeRejection.Unavailable;
            Report = ReportOf(proxyResponse);
            return false;
        }

        if (proxyResponse is not null && proxyResponse.Headers.TryGetValues(NodeHeaders.Waited, out var waits))
        {
            if (double.TryParse(waits.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds is >= 0 and < int.MaxValue)
                Waited = TimeSpan.FromMilliseconds(milliseconds);
            proxyResponse.Headers.Remove(NodeHeaders.Waited);
        }

        return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        IsComplete = true;
        return base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }

    private static NodeReport? ReportOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(NodeHeaders.Report, out var texts))
            return null;
        try
        {
            return JsonSerializer.Deserialize(texts.First(), NodeJson.Default.NodeReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
