namespace SharedModels.Tests.ClusterApplication;

/// <summary>The endpoints that tests call directly. They do not declare models, so gateways do not forward them.</summary>
internal static class Control
{
    public static void Map(WebApplication app, Work work, Points points, ReportFaults reports, NodeSettings settings)
    {
        var manager = app.Services.GetRequiredService<ISharedModelManager>();
        var leases = new Stack<IModelLease>();
        var control = app.MapGroup("/control");
        control.MapPost("/hold/{point}", (string point) => points.Hold(point));
        control.MapPost("/preload/{id}", (string id, CancellationToken canceled) => manager.PreloadAsync(id, canceled).AsTask());

        // Holds the device, so that further requests wait.
        control.MapPost("/occupy/{id}", async (string id) => leases.Push(await manager.FetchModelAsync(id)));
        control.MapPost("/fill/{id}", (string id) =>
        {
            for (var i = 0; i < settings.MaxQueueLength; i++)
                _ = WaitAsync(id);
        });
        control.MapPost("/release", () => leases.Pop().Dispose());
        control.MapPost("/reports/{fault}", (string fault) =>
        {
            switch (fault)
            {
                case "block":
                    reports.Block();
                    break;
                case "allow":
                    reports.Allow();
                    break;
                default:
                    reports.Mute();
                    break;
            }
        });
        control.MapGet("/state", () =>
            $"{work.Received} {work.Executions} {work.BodyBytes} {manager.GetSnapshot().Devices.Sum(static device => device.QueueLength)}");

        async Task WaitAsync(string id)
        {
            using var lease = await manager.FetchModelAsync(id);
            await Task.Delay(Timeout.Infinite);
        }
    }
}
