using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SharedModels.Tests.DependencyInjection.Accessors;

/// <summary>The ways to use a model without its id as a string.</summary>
public sealed class AccessorTests
{
    [Fact]
    public async Task An_endpoint_names_its_lease_or_takes_it_by_type()
    {
        await using var services = Build();
        await using var scope = services.CreateAsyncScope();
        var leases = scope.ServiceProvider.GetRequiredService<ModelLeases>();
        Assert.Equal("Hello, Ada!", await GreetingEndpoint.ByMember("Ada", leases, CancellationToken.None));
        Assert.Equal("Hello, Ada!", await GreetingEndpoint.ByType(
            "Ada", scope.ServiceProvider.GetRequiredService<IModelLease<Greeter>>(), CancellationToken.None));
    }

    [Fact]
    public async Task An_endpoint_runs_its_input_in_a_batch_without_acquiring_its_lease()
    {
        await using var services = Build();
        await using var scope = services.CreateAsyncScope();
        var leases = scope.ServiceProvider.GetRequiredService<ModelLeases>();
        Assert.Equal("Hello, Ada!", await GreetingEndpoint.InBatch("Ada", leases, CancellationToken.None));
        Assert.NotEqual(LeaseState.Held, leases.Greeter.State);
        Assert.Equal("Hello, Ada!", await leases.GreeterFormal.RunAsync("Ada", new AcquireOptions { Priority = LeasePriority.High }));
    }

    [Fact]
    public async Task The_manager_runs_an_input_by_the_name_of_the_model()
    {
        await using var manager = new SharedModelManager();
        manager.Add(new Greeter(), SharedModelIds.Greeter);
        Assert.Equal("Hello, Ada!", await manager.RunGreeterAsync("Ada"));
        Assert.Equal("Hello, Ada!", await manager.RunGreeterAsync("Ada", new AcquireOptions { Priority = LeasePriority.High }));
    }

    [Fact]
    public async Task A_controller_names_its_leases()
    {
        await using var services = Build();
        await using var scope = services.CreateAsyncScope();
        var controller = ActivatorUtilities.CreateInstance<GreetingController>(scope.ServiceProvider);
        Assert.Equal("Hello, Ada!", await controller.GetAsync("Ada", CancellationToken.None));
        Assert.Equal("Hello, Ada!", await controller.GetFormalAsync("Ada", CancellationToken.None));
    }

    [Fact]
    public async Task A_background_service_fetches_the_model_by_name_and_releases_it()
    {
        var (names, greetings) = (Channel.CreateUnbounded<string>(), Channel.CreateUnbounded<string>());
        await using var services = Build();
        using var worker = new GreetingWorker(services.GetRequiredService<ISharedModelManager>(), names, greetings);
        await worker.StartAsync(CancellationToken.None);
        names.Writer.TryWrite("Ada");
        Assert.Equal("Hello, Ada!", await greetings.Reader.ReadAsync());
        names.Writer.Complete();
        await worker.ExecuteTask!;
        Assert.Equal(0, services.GetRequiredService<ISharedModelManager>().GetSnapshot().Models.Single(
            static model => model.Id == SharedModelIds.Greeter).ActiveLeases);
    }

    [Fact]
    public async Task A_unit_test_needs_no_container()
    {
        await using var manager = new SharedModelManager();
        manager.Add(new Greeter(), SharedModelIds.Greeter);
        await using var greeter = await manager.FetchGreeterAsync(new AcquireOptions { Priority = LeasePriority.High });
        Assert.Equal("Hello, Ada!", await greeter.InvokeAsync(static model => model.Greet("Ada")));
    }

    [Fact]
    public void The_catalog_contains_the_values_of_the_attributes()
    {
        Assert.True(SharedModelCatalog.TryGet("GREETER", out var greeter));
        var expected = new SharedModelInfo(SharedModelIds.Greeter, typeof(Greeter), SharedModelKind.SharedModel)
        {
            Device = DevicePreference.Cpu,
            MaxLeases = 2,
            KeepAlive = TimeSpan.FromMinutes(1),
        };
        Assert.Equal(expected, greeter);
        Assert.Equal(
            new SharedModelInfo("greeter-formal", typeof(Greeter), SharedModelKind.SharedModel),
            SharedModelCatalog.All.Single(static model => model.Id == SharedModelIds.GreeterFormal));
        Assert.False(SharedModelCatalog.TryGet("nobody", out var nobody));
        Assert.Null(nobody);
    }

    [Fact]
    public async Task The_catalog_lists_every_registered_model()
    {
        await using var services = Build();
        var registered = services.GetRequiredService<ISharedModelManager>().GetSnapshot().Models.Select(static model => model.Id);
        Assert.Equal(
            registered.Order(StringComparer.Ordinal),
            SharedModelCatalog.All.Select(static model => model.Id).Order(StringComparer.Ordinal));
    }

    private static ServiceProvider Build() => new ServiceCollection().AddSharedModels().Services.BuildServiceProvider(validateScopes: true);
}
