using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.Hosting;

/// <summary>User code that blocks in a callback or a disposal does not keep the application from stopping.</summary>
public sealed class BlockingCallbackTests
{
    [Fact]
    public async Task A_token_callback_of_a_loading_model_that_waits_does_not_keep_the_host_from_stopping()
    {
        using var blocked = new ManualResetEventSlim();
        var arrived = new TaskCompletionSource();
        var builder = Host.CreateApplicationBuilder();
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSharedModelManager().AddModel<ISharedModel>("a", _ => new ScriptedModel
        {
            OnLoad = async token =>
            {
                // Like native loaders: the callback asks the library to stop, and waits until it has stopped.
                token.Register(blocked.Wait);
                arrived.TrySetResult();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            },
        });
        var host = builder.Build();
        await host.StartAsync();
        var fetch = host.Services.GetRequiredService<ISharedModelManager>().FetchModelAsync("a").AsTask();
        await arrived.Task;
        var stop = Task.Run(() => host.StopAsync());
        var ended = await Condition.EndsAsync(stop);
        blocked.Set();
        await Task.WhenAny(stop, Task.Delay(5000));
        _ = await Record.ExceptionAsync(() => fetch);
        Assert.True(
            ended,
            "IHost.StopAsync with a timeout of 1 s does not return: BeginShutdown runs the models' token callbacks itself "
            + "(_stopping.Cancel()).");
    }

    [Fact]
    public async Task A_callback_on_Lost_that_waits_does_not_keep_the_manager_from_stopping_or_other_callbacks_from_running()
    {
        var fixture = new ManagerFixture(static options => options.Devices["fake:0"] = new() { MaxConcurrentHolders = 2 });
        fixture.Add("a");
        fixture.Add("b");
        using var blocked = new ManualResetEventSlim();
        var first = await fixture.FetchAsync("a");
        var second = await fixture.FetchAsync("b");
        await using var one = first.Lost.Register(blocked.Wait);
        await using var two = second.Lost.Register(blocked.Wait);
        var stop = Task.Run(() => fixture.Manager.ShutdownAsync(new CancellationToken(canceled: true)));
        var ended = await Condition.EndsAsync(stop);
        var states = (first.State, second.State);
        blocked.Set();
        await stop;
        Assert.True(
            ended,
            $"ShutdownAsync, whose token has fired, does not return while a callback on Lost waits; the leases are {states.Item1} and "
            + $"{states.Item2}.");
    }

    [Fact]
    public async Task DisposeAsync_does_not_wait_LoadTimeout_for_a_model_whose_disposal_waits()
    {
        using var blocked = new ManualResetEventSlim();
        var services = new ServiceCollection();
        services.AddSharedModelManager().AddModel<ISharedModel>("a", _ => new ScriptedModel { OnDispose = blocked.Wait });
        var provider = services.BuildServiceProvider();
        (await provider.GetRequiredService<ISharedModelManager>().FetchModelAsync("a")).Dispose();
        await provider.GetRequiredService<SharedModelManager>().ShutdownAsync(new CancellationToken(canceled: true));
        var dispose = provider.DisposeAsync().AsTask();
        var ended = await Condition.EndsAsync(dispose);
        blocked.Set();
        await dispose;
        Assert.True(ended, "After the shutdown timeout DisposeAsync waits for up to LoadTimeout (5 minutes) more.");
    }
}
