using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SharedModels.Routing;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Nodes;

/// <summary>
/// Rejects a request of a gateway, before its body is read, if the node cannot accept it or if its wait would exceed the budget. The
/// gateway sends it to another node.
/// </summary>
internal sealed class NodeAdmission(ISharedModelManager manager, EndpointModels endpoints, NodeReporter reporter)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers[NodeHeaders.WaitBudget] is not [{ } budget] || FindRejection(context, budget) is not { } rejection)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[NodeHeaders.Rejected] = rejection.ToString();
        context.Response.Headers[NodeHeaders.Report] =
            JsonSerializer.Serialize(reporter.CreateLoadReport(), NodeJson.Default.NodeReport);
        return Task.CompletedTask;
    }

    private NodeRejection? FindRejection(HttpContext context, string budget)
    {
        if (reporter.IsDraining)
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
            // The model was removed in the meantime. The endpoint reports it.
            return null;
        }
    }
}
