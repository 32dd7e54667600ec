using Microsoft.Extensions.DependencyInjection;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>A scope with an injected lease, compared with a scope with a disposable that does nothing.</summary>
internal static class ScopeBenchmark
{
    private const int Count = 15, Calls = 100_000;

    public static void Run(Report report)
    {
        var services = new ServiceCollection();
        services.AddScoped<Nothing>();
        services.AddSingleton<IDeviceProvider>(new FakeAccelerator(100));
        services.AddSharedModelManager().AddModel("model", static _ => new FakeModel(1));
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ISharedModelManager>().PreloadAsync("model").AsTask().Wait();
        var rounds = Rounds.Interleave(
            Count,
            Calls,
            () => Repeat(provider, static async scope => await scope.GetRequiredService<IModelLease<FakeModel>>().AcquireAsync()),
            () => Repeat(provider, static scope =>
            {
                scope.GetRequiredService<Nothing>();
                return Task.CompletedTask;
            }));
        LeasingReport.Row(report, "scope, injected lease, acquire, dispose", rounds[0], LeasingReport.Times(
            rounds[0], rounds[1], "a scope with an empty disposable"));
    }

    private static void Repeat(ServiceProvider provider, Func<IServiceProvider, Task> use)
    {
        for (var i = 0; i < Calls; i++)
        {
            using var scope = provider.CreateScope();
            use(scope.ServiceProvider).Wait();
        }
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
