using Microsoft.Extensions.DependencyInjection;
using SharedModels.Devices;
using SharedModels.Testing;
using Xunit.Abstractions;

namespace SharedModels.Tests.Leasing;

/// <summary>Many real threads against one manager, with failures and cancellations chosen from a seed that is printed.</summary>
public sealed class ConcurrencyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Under_load_use_is_exclusive_and_nothing_is_left_behind()
    {
        var seed = Seed();
        var fixture = new ManagerFixture(memoryBytes: 25);
        var scripts = Enumerable.Range(0, 4).Select(i => fixture.Add($"m{i}")).ToList();
        var users = 0;
        var served = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(task => Task.Run(async () =>
        {
            var random = new Random(seed + task);
            for (var i = 0; i < 200; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var fetch = fixture.FetchAsync($"m{random.Next(4)}", cancellation.Token).AsTask();
                if (random.Next(4) == 0)
                    await cancellation.CancelAsync();
                try
                {
                    await using var lease = await fetch;
                    Assert.Equal(1, Interlocked.Increment(ref users));
                    Assert.Equal(1, random.Next(2) == 0 ? lease.Model.Use() : await lease.InvokeAsync(model => model.Use(), CancellationToken.None));
                    Interlocked.Decrement(ref users);
                    Interlocked.Increment(ref served);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                }
            }
        })));
        Assert.InRange(served, 16 * 200 / 2, 16 * 200);
        Assert.Equal((0, 0), (fixture.Accelerator.Holders, fixture.Accelerator.QueueLength));
        await fixture.DisposeAsync();
        Assert.Equal(0, fixture.Accelerator.UsedBytes);
        Assert.All(scripts, script => Assert.Equal(1, script.Disposals));
    }

    [Fact]
    public async Task Under_load_with_failures_every_request_ends_and_nothing_is_left_behind()
    {
        var seed = Seed();
        var time = new ManualTimeProvider();
        var scripts = Enumerable.Range(0, 4).Select(static _ => new FakeModelScript()).ToList();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddSingleton<IDeviceProvider>(new FakeAccelerator(memoryBytes: 25));
        var builder = services.AddSharedModelManager(static options => options.Leasing = new() { MaxQueueLength = 8, MaxHold = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < scripts.Count; i++)
        {
            var script = scripts[i];
            builder.AddModel($"m{i}", _ => new FakeModel(10, script), options => options.KeepAlive = TimeSpan.FromSeconds(20));
        }

        await using var provider = services.BuildServiceProvider();
        var manager = provider.GetRequiredService<SharedModelManager>();
        var users = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(task => Task.Run(async () =>
        {
            var random = new Random(seed + task);
            for (var i = 0; i < 150; i++)
            {
                var script = scripts[random.Next(scripts.Count)];
                var gate = random.Next(2) == 0 ? script.Load : script.Move;
                gate.FailWith(random.Next(8) == 0 ? new IOException("injected") : null);
                time.Advance(TimeSpan.FromMilliseconds(random.Next(300)));
                try
                {
                    await DoAsync(manager, random);
                }
                catch (Exception exception) when (exception is ModelLeaseException or OperationCanceledException)
                {
                }
            }
        })));
        Assert.Equal(0, users);
        foreach (var script in scripts)
        {
            script.Load.FailWith(null);
            script.Move.FailWith(null);
        }

        var left = manager.GetSnapshot();
        Assert.All(left.Models, model => Assert.Equal((0, 0, 0), (model.ActiveLeases, model.QueuedRequests, model.OverdueLeases)));
        await manager.ShutdownAsync(CancellationToken.None);
        Assert.Equal(0, manager.GetSnapshot().Devices[0].UsedBytes);
        Assert.All(scripts, script => Assert.Equal(script.Loads, script.Disposals));

        async Task DoAsync(SharedModelManager manager, Random random)
        {
            var id = $"m{random.Next(4)}";
            switch (random.Next(8))
            {
                case 0:
                    await manager.EvictAsync(id);
                    break;
                case 1:
                    await manager.PreloadAsync(id);
                    break;
                default:
                    using (var cancellation = new CancellationTokenSource())
                    {
                        var fetch = manager.FetchModelAsync<FakeModel>(id, new AcquireOptions { Priority = (LeasePriority)random.Next(3) }, cancellation.Token).AsTask();
                        if (random.Next(4) == 0)
                            await cancellation.CancelAsync();
                        await using var lease = await fetch;
                        Assert.Equal(1, Interlocked.Increment(ref users));
                        Interlocked.Decrement(ref users);
                        lease.Dispose();
                    }

                    break;
            }
        }
    }

    [Fact]
    public async Task A_cancellation_that_races_the_grant_either_wins_or_loses_and_the_slot_is_never_lost()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        for (var i = 0; i < 500; i++)
        {
            var held = await fixture.FetchAsync("a");
            using var cancellation = new CancellationTokenSource();
            var waiting = fixture.FetchAsync("a", cancellation.Token).AsTask();
            await Task.WhenAll(Task.Run(held.Dispose), Task.Run(cancellation.Cancel));
            try
            {
                await using var lease = await waiting;
                Assert.Equal(1, lease.Model.Use());
            }
            catch (OperationCanceledException)
            {
            }

            Assert.Equal((0, 0), (fixture.Accelerator.Holders, fixture.Accelerator.QueueLength));
        }
    }

    /// <summary>The environment variable <c>SEED</c>, or another number each time; printed, so that a run can be repeated.</summary>
    private int Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"SEED={seed}");
        return seed;
    }
}
