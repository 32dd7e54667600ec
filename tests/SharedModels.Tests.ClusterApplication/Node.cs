using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SharedModels.Testing;

namespace SharedModels.Tests.ClusterApplication;

/// <summary>A node with a fake accelerator for three models, and with endpoints for tests at <c>/control</c>.</summary>
internal static class Node
{
    public static async Task RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddCommandLine(arguments);
        var settings = builder.Configuration.Get<NodeSettings>()!;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            foreach (var address in settings.Listen.Split(','))
                options.Listen(IPEndPoint.Parse(address), static listen => listen.Protocols = HttpProtocols.Http1);
            options.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddRouting();
        builder.Services.AddFakeAccelerator(new(3 * TimedModel.Bytes));
        builder.Configuration["SharedModels:Leasing:MaxQueueLength"] = $"{settings.MaxQueueLength}";
        var models = builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels"));
        foreach (var id in settings.Models.Split(','))
            models.AddModel(id, _ => new TimedModel(id, TimeSpan.FromMilliseconds(settings.LoadMilliseconds)));
        var app = builder.Build();
        var points = new Points();
        using var reports = new ReportFaults(settings.IsLaterVersion);
        var work = new Work(app.Services.GetRequiredService<ISharedModelManager>(), points, settings);
        app.Use(reports.InvokeAsync);
        app.Use(work.ReceiveAsync);
        app.UseRouting();
        app.MapSharedModelsNode();
        app.MapPost("/work/{id}", work.ComputeAsync).RouteByModel("{id}");
        app.MapPost("/again/{id}", work.ComputeAsync).RouteByModel("{id}").AllowModelRetry();
        app.MapPost("/poison/{id}", Work.Crash).RouteByModel("{id}").AllowModelRetry();
        app.MapGet("/bad", static () => TypedResults.BadRequest()).RouteByModels("a");
        Control.Map(app, work, points, reports, settings);
        await app.StartAsync();
        ParentProcess.Notify("listening", string.Join(',', app.Urls));
        await app.WaitForShutdownAsync();
        ParentProcess.Notify("stopped", settings.Name);
    }
}
