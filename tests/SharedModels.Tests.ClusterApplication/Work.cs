using SharedModels.Yarp.Messages;

namespace SharedModels.Tests.ClusterApplication;

/// <summary>The endpoints that need a model, with counters.</summary>
internal sealed class Work(ISharedModelManager manager, Points points, NodeSettings settings)
{
    private int _received;
    private int _executions;
    private long _bodyBytes;

    /// <summary>The number of requests of gateways that have arrived.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>The number of requests that have begun to use a model.</summary>
    public int Executions => Volatile.Read(ref _executions);

    /// <summary>The number of body bytes that have been read.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    public async Task ReceiveAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.ContainsKey(NodeHeaders.WaitBudget))
        {
            Interlocked.Increment(ref _received);
            await points.PassAsync("headers", context.RequestAborted);
        }

        await next(context);
    }

    public async Task ComputeAsync(HttpContext context, string id)
    {
        var canceled = context.RequestAborted;
        await ReadBodyAsync(context.Request.Body, canceled);
        using (await manager.FetchModelAsync(id, canceled))
        {
            ParentProcess.Notify("executed", id);
            Interlocked.Increment(ref _executions);
            await points.PassAsync("compute", canceled);
            await Task.Delay(settings.WorkMilliseconds, canceled);
        }

        context.Response.ContentLength = settings.Name.Length;
        await context.Response.StartAsync(canceled);
        await points.PassAsync("response", canceled);
        await context.Response.WriteAsync(settings.Name[..1], canceled);
        await points.PassAsync("stream", canceled);
        await context.Response.WriteAsync(settings.Name[1..], canceled);
    }

    public static void Crash(string id)
    {
        ParentProcess.Notify("crashing", id);
        Environment.FailFast($"The input of {id} crashes the process.");
    }

    private async Task ReadBodyAsync(Stream body, CancellationToken canceled)
    {
        var buffer = new byte[1 << 16];
        while (await body.ReadAsync(buffer, canceled) is > 0 and var count)
        {
            Interlocked.Add(ref _bodyBytes, count);
            await points.PassAsync("body", canceled);
        }
    }
}
