using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SharedModels.Clustering;
using SharedModels.Leasing.Requests;
using SharedModels.Routing;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Nodes;

/// <summary>
/// Rejects a request of a gateway, before its body is read, if the node cannot accept it or if its wait would exceed the budget. The
/// gateway sends it to another node.
/// </summary>
internal sealed class NodeAdmission(ISharedModelManager manager, EndpointModels endpoints, NodeReportSource reports)
{
    private int _running;

    /// <summary>The number of requests of gateways that the node is serving.</summary>
    public int Running => Volatile.Read(ref _running);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers[NodeHeaders.WaitBudget] is not [{ } budget])
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        // A gateway that does not know the endpoints yet can send any request.
        if (endpoints.IsOther(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // The request counts before the check, so that a node that drains either rejects it or waits for it.
        Interlocked.Increment(ref _running);
        try
        {
            if (FindRejection(context, budget) is { } rejection)
                Reject(context, rejection);
            else
                await ServeAsync(context, next).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Serves the request, and reports its wait for leases with the response.</summary>
    private static Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(
            static state =>
            {
                var (response, total) = ((HttpResponse, WaitTotal))state;
                if (total.Elapsed is { } waited)
                    response.Headers[NodeHeaders.Waited] = waited.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            },
            (context.Response, WaitTotal.Begin()));
        return next(context);
    }

    private void Reject(HttpContext context, NodeRejection rejection)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[NodeHeaders.Rejected] = rejection.ToString();
        context.Response.Headers[NodeHeaders.Report] =
            JsonSerializer.Serialize(reports.CreateLoadReport(), NodeJson.Default.NodeReport);
    }

    private NodeRejection? FindRejection(HttpContext context, string budget)
    {
        if (reports.IsDraining)
            return NodeRejection.Unavailable;
        var models = endpoints.ModelsOf(context);
        if (models.Count == 0)
            return null;
        try
        {
            var estimate = manager.Estimate(models);
            if (estimate.WouldBeRejected)
                return NodeRejection.Unavailable;
            return double.TryParse(budget, NumberStyles.Float, CultureInfo.InvariantCulture, out var limit)
                && estimate.Wait.TotalMilliseconds > limit
                ? NodeRejection.WaitTooLong
                : null;
        }
        catch (UnknownModelException)
        {
            // The path contains an unknown id. The endpoint reports it.
            return null;
        }
    }
}
