using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SharedModels.Yarp.Gateways.State;

namespace SharedModels.Tests.ClusterApplication;

/// <summary>A gateway that shows its view of the cluster at <c>/view</c>.</summary>
internal static class Gateway
{
    public static async Task RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddCommandLine(arguments);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(
                IPEndPoint.Parse(builder.Configuration["Listen"] ?? "127.0.0.1:0"),
                static listen => listen.Protocols = HttpProtocols.Http1);
            options.Limits.MaxRequestBodySize = null;
        });
        builder.Logging.AddSimpleConsole(static console => console.SingleLine = true);
        builder.Services.AddRouting();
        builder.Services.AddReverseProxy().AddSharedModels(builder.Configuration.GetSection("Cluster"));
        var app = builder.Build();
        var cluster = app.Services.GetRequiredService<SharedModels.Yarp.Gateways.Cluster>();
        app.UseRouting();
        app.MapGet("/view", () => TypedResults.Json(cluster.Describe(), ClusterJson.Default.ClusterState));
        app.MapSharedModelsGateway();
        await app.StartAsync();
        ParentProcess.Notify("listening", string.Join(',', app.Urls));
        await app.WaitForShutdownAsync();
    }
}
