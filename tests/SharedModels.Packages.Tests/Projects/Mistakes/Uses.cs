using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SharedModels;

namespace Mistakes;

public sealed class Service(IModelLease<Good> lease) : BackgroundService // SHM007
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) => await lease.AcquireAsync(stoppingToken);
}

public sealed class Uses
{
    private static IModelLease<Good>? s_lease; // SHM008

    private Good? _model;

    public async Task StoreAsync(ISharedModelManager models)
    {
        await using var lease = await models.FetchModelAsync<Good>();
        _model = lease.Model; // SHM009
        lease.Model.Dispose(); // SHM011
    }

    public async Task KeepAsync(ISharedModelManager models)
    {
        var lease = await models.FetchModelAsync<Good>();
        s_lease = lease;
    }

    public async Task<int> EarlyAsync(ISharedModelManager models)
    {
        await using var scope = models.CreateScope();
        var lease = scope.CreateLease<Good>();
        return lease.Model.Use(); // SHM010
    }

    public void Block(IModelLease<Good> lease) => lease.AcquireAsync().AsTask().Wait(); // SHM012

    public void Drop(IModelLease<Good> lease)
    {
        lease.AcquireAsync(); // SHM013
    }

    public async Task OneAfterTheOtherAsync(IModelLease<Good> first, IModelLease<Timed> second)
    {
        await first.AcquireAsync();
        await second.AcquireAsync(); // SHM014
    }

    public async Task ForgetAsync(ISharedModelManager models)
    {
        var lease = await models.FetchModelAsync<Good>(); // SHM015
        lease.Model.Use();
    }

    public int New()
    {
        var model = new Good(); // SHM016
        return model.Use();
    }

    public async Task MisspellAsync(ISharedModelManager models) => await models.PreloadAsync("goood"); // SHM017
}

public static class Program
{
    public static async Task Main()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSharedModels();
        builder.Services.AddHostedService<Service>();
        await builder.Build().RunAsync();
    }
}
