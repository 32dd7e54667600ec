using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Hosting;
using Orleans.Runtime;

namespace SharedModels.Tests.ClusterApplication;

/// <summary>A silo that calls models at <c>/work</c> and <c>/again</c>, with endpoints for tests at <c>/control</c>.</summary>
internal static class WorkerSilo
{
    private const string Model = "worker";

    public static async Task RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddCommandLine(arguments);
        var settings = builder.Configuration.Get<SiloSettings>()!;
        var address = IPAddress.Parse(settings.Address);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            options => options.Listen(address, 0, static listen => listen.Protocols = HttpProtocols.Http1));
        builder.Logging.AddSimpleConsole(static console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRouting();
        var points = new Points();
        builder.Services.AddSharedModelManager().AddModel(Model, _ => new Worker(settings.Name, points));
        builder.UseOrleans(silo =>
        {
            silo.UseDevelopmentClustering(IPEndPoint.Parse(settings.Primary));
            silo.ConfigureEndpoints(address, settings.SiloPort, settings.GatewayPort);
            if (settings.IsNode)
                silo.AddSharedModels();
            else
                silo.AddSharedModelClients();
        });
        var app = builder.Build();
        app.UseRouting();
        var worker = app.Services.GetRequiredService<IModelClient<IWorker>>().Model;
        app.MapPost("/work", (CancellationToken canceled) => AnswerAsync(worker.WorkAsync(canceled)));
        app.MapPost("/again", (CancellationToken canceled) => AnswerAsync(worker.WorkAgainAsync(canceled)));
        app.MapPost("/control/hold/{point}", (string point) => points.Hold(point));
        app.MapPost("/control/preload", (ISharedModelManager manager, CancellationToken canceled) =>
            manager.PreloadAsync(Model, canceled).AsTask());
        app.MapGet("/control/members", (IClusterMembershipService membership) =>
            membership.CurrentSnapshot.Members.Values.Count(static member => member.Status == SiloStatus.Active));
        await app.StartAsync();
        ParentProcess.Notify("listening", string.Join(',', app.Urls));
        await app.WaitForShutdownAsync();
    }

    private static async Task<IResult> AnswerAsync(Task<string> call)
    {
        try
        {
            return TypedResults.Text(await call);
        }
        catch (ModelNodeLostException exception)
        {
            return TypedResults.Text(exception.Message, statusCode: StatusCodes.Status502BadGateway);
        }
        catch (ModelLeaseException exception)
        {
            return TypedResults.Text(exception.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
