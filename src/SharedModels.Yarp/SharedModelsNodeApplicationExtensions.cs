using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SharedModels;
using SharedModels.AspNetCore.Status;
using SharedModels.Clustering;
using SharedModels.Hosting;
using SharedModels.Registration;
using SharedModels.Yarp.Messages;
using SharedModels.Yarp.Nodes;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that make an application a node of a cluster.</summary>
public static class SharedModelsNodeApplicationExtensions
{
    // Each stream takes snapshots of its own. This is enough for the gateways of a cluster.
    private const int MaxReportStreams = 64;

    /// <summary>
    /// Makes the application a node of a cluster. It reports its models, devices and endpoints to gateways, and rejects their requests
    /// before the body is read if the wait would be too long.
    /// </summary>
    /// <remarks>
    /// <para>The stream of reports at <c>{pattern}/reports</c> contains the ids of models and the paths of endpoints. Make the path
    /// accessible to gateways only. At most 64 streams are open at the same time.</para>
    /// <para>Requests that are not sent by a gateway are not affected. When the application stops, it first reports that it drains, so that
    /// gateways send no further requests, and serves the requests that gateways have sent. This can take up to 80 % of the host's shutdown
    /// timeout.</para>
    /// </remarks>
    /// <param name="app">The application. Call this method after the authorization middleware, if there is one.</param>
    /// <param name="pattern">The path prefix. Gateways use the same one.</param>
    /// <returns>The endpoint of the reports, for further conventions.</returns>
    /// <exception cref="InvalidOperationException">No manager of shared models is registered.</exception>
    public static IEndpointConventionBuilder MapSharedModelsNode(this WebApplication app, string pattern = NodeHeaders.DefaultPrefix)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(pattern);
        var manager = app.Services.GetRequiredService<ISharedModelManager>();
        var registrations = app.Services.GetServices<ModelRegistration>().ToList();
        var endpoints = new EndpointModels(
            app.Services.GetRequiredService<EndpointDataSource>(),
            type => registrations.Find(registration => registration.Type == type)?.Id);
        var time = app.Services.GetService<TimeProvider>() ?? TimeProvider.System;
        var (draining, drained) = (new CancellationTokenSource(), new CancellationTokenSource());
        var reporter = new NodeReporter(manager, endpoints, time, draining.Token, drained.Token);
        var admission = new NodeAdmission(manager, endpoints, reporter.Source);
        var timeout = app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        app.Services.GetService<StopDelays>()?.Add(async stopping =>
        {
            // A gateway gives up the requests on a node whose reports have ended. SIGTERM cancels ApplicationStopping before the drain.
            await NodeDrain.RunAsync(draining, () => admission.Running, time, timeout, stopping).ConfigureAwait(false);
            await drained.CancelAsync().ConfigureAwait(false);
        });
        app.Lifetime.ApplicationStopped.Register(() =>
        {
            draining.Dispose();
            drained.Dispose();
        });
        app.Use(next => context => admission.InvokeAsync(context, next));
        var streams = new StreamLimit(MaxReportStreams);
        return app.MapGet(pattern + NodeHeaders.ReportsPath, IResult (HttpContext context) =>
        {
            if (streams.Refuse(context.Response) is { } refusal)
                return refusal;
            if (reporter.IsOver)
                return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
            context.Response.Headers["X-Accel-Buffering"] = "no";
            return TypedResults.ServerSentEvents(reporter.ReadAsync(context.RequestAborted));
        });
    }
}
