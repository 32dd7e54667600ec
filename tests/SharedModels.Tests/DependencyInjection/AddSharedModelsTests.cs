using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Testing;
using static SharedModels.Tests.DependencyInjection.Models;

namespace SharedModels.Tests.DependencyInjection;

public sealed class AddSharedModelsTests
{
    [Fact]
    public async Task A_lease_is_injected_unacquired_and_released_with_its_scope()
    {
        await using var services = Build();
        var manager = services.GetRequiredService<ISharedModelManager>();
        IModelLease<Detector> lease;
        await using (var scope = services.CreateAsyncScope())
        {
            lease = scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>();
            Assert.Equal(LeaseState.Pending, lease.State);
            Assert.Contains(
                "Await AcquireAsync", Assert.Throws<InvalidOperationException>(() => lease.Model).Message, StringComparison.Ordinal);
            Assert.All(manager.GetSnapshot().Models, model => Assert.Equal(ModelResidency.Registered, model.Residency));
            await lease.AcquireAsync();
            await lease.AcquireAsync();
            Assert.Equal(FakeAccelerator.Device, lease.Model.Device);
            Assert.Same(lease, scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>());
        }

        Assert.Equal(LeaseState.Released, lease.State);
        Assert.Equal(0, manager.GetSnapshot().Devices[0].Holders);
    }

    [Fact]
    public async Task A_synchronous_scope_releases_its_lease_too()
    {
        await using var services = Build();
        using (var scope = services.CreateScope())
            await scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>().AcquireAsync();
        Assert.Equal(0, services.GetRequiredService<ISharedModelManager>().GetSnapshot().Devices[0].Holders);
    }

    [Fact]
    public async Task All_leases_of_a_scope_have_one_holder_and_other_scopes_wait()
    {
        await using var services = Build();
        var scope = services.CreateAsyncScope();
        await using var other = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>().AcquireAsync();
        var waiting = other.ServiceProvider.GetRequiredService<IModelLease<Detector>>().AcquireAsync().AsTask();
        await scope.ServiceProvider.GetRequiredKeyedService<IModelLease<Detector>>("detector-large").AcquireAsync();
        Assert.Equal(1, services.GetRequiredService<ISharedModelManager>().GetSnapshot().Devices[0].Holders);
        Assert.False(waiting.IsCompleted);
        await scope.DisposeAsync();
        await waiting;
    }

    [Fact]
    public async Task Two_callers_of_one_lease_wait_together_and_either_can_cancel()
    {
        await using var services = Build();
        var holder = services.CreateAsyncScope();
        await holder.ServiceProvider.GetRequiredService<IModelLease<Detector>>().AcquireAsync();
        await using var scope = services.CreateAsyncScope();
        var lease = scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>();
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        Task[] waits = [lease.AcquireAsync(first.Token).AsTask(), lease.AcquireAsync(second.Token).AsTask(), lease.AcquireAsync().AsTask()];
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits[1]);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits[0]);
        await holder.DisposeAsync();
        await waits[2];
        Assert.Equal(LeaseState.Held, lease.State);
    }

    [Fact]
    public async Task A_scope_that_ends_while_its_lease_is_being_acquired_leaves_the_queue()
    {
        await using var services = Build();
        await using var holder = services.CreateAsyncScope();
        await holder.ServiceProvider.GetRequiredService<IModelLease<Detector>>().AcquireAsync();
        var scope = services.CreateAsyncScope();
        var waiting = scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>().AcquireAsync().AsTask();
        await scope.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.Equal(0, services.GetRequiredService<ISharedModelManager>().GetSnapshot().Devices[0].QueueLength);
    }

    [Fact]
    public async Task Constructor_arguments_come_from_the_container_and_scoped_arguments_live_as_long_as_the_model()
    {
        await using var services = Build();
        Detector detector;
        await using (var scope = services.CreateAsyncScope())
        {
            var lease = scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>();
            await lease.AcquireAsync();
            detector = lease.Model;
        }

        Assert.Equal("from the container", detector.Keyed);
        Assert.Same(TimeProvider.System, detector.Time);
        Assert.False(detector.Dependency.IsDisposed);
        await services.GetRequiredService<SharedModelManager>().ShutdownAsync(CancellationToken.None);
        Assert.True(detector.IsDisposed);
        Assert.True(detector.Dependency.IsDisposed);
    }

    [Fact]
    public async Task ModelLeases_has_a_member_for_each_model()
    {
        await using var services = Build();
        await using var scope = services.CreateAsyncScope();
        var leases = scope.ServiceProvider.GetRequiredService<ModelLeases>();
        Assert.Same(scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>(), leases.Detector);
        Assert.Equal(
            ["detector", "detector-large", "Reader"], [leases.Detector.ModelId, leases.DetectorLarge.ModelId, leases.Reader.ModelId]);
        await leases.Reader.AcquireAsync();
        Assert.Equal(Device.Cpu, leases.Reader.Device);
    }

    [Fact]
    public async Task Settings_come_from_configuration_and_calling_twice_is_harmless()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("SharedModels:Leasing:MaxQueueLength", "5")]).Build();
        var services = new ServiceCollection();
        services.AddSharedModels(configuration.GetSection("SharedModels"));
        services.AddSharedModels(options => options.Leasing.LoadTimeout = TimeSpan.FromSeconds(7));
        services.AddScoped<Dependency>();
        await using var provider = services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        var options = provider.GetRequiredService<IOptions<SharedModelsOptions>>().Value;
        Assert.Equal((5, TimeSpan.FromSeconds(7)), (options.Leasing.MaxQueueLength, options.Leasing.LoadTimeout));
        Assert.Equal(
            ["Reader", "detector", "detector-large", "greeter", "greeter-formal", "tuned", "tuned-large"],
            provider.GetRequiredService<ISharedModelManager>().GetSnapshot().Models.Select(model => model.Id));
    }

    [Fact]
    public async Task A_model_can_be_added_without_the_generator()
    {
        var services = new ServiceCollection();
        services.AddSharedModelManager().AddModel(
            "mine", static _ => new FakeModel(), static options => options.Device = DevicePreference.Cpu);
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        var lease = scope.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>();
        await lease.AcquireAsync();
        Assert.Equal("mine", lease.ModelId);
    }

    [Fact]
    public async Task A_constructor_that_fails_is_a_failed_load()
    {
        var services = new ServiceCollection();
        services.AddSharedModels();
        await using var provider = services.BuildServiceProvider();
        var exception = await Assert.ThrowsAsync<ModelLoadException>(
            async () => await provider.GetRequiredService<ISharedModelManager>().FetchModelAsync<Detector>());
        Assert.Contains(nameof(Dependency), exception.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lease_on_a_class_that_is_not_registered_fails_with_the_remedy()
    {
        var services = new ServiceCollection();
        services.AddSharedModels();
        services.AddScoped<Dependency>();
        services.AddScoped<LeaseUser>();
        await using var provider = services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        await using var scope = provider.CreateAsyncScope();
        var exceptions = new[]
        {
            Assert.Throws<InvalidOperationException>(() => scope.ServiceProvider.GetRequiredService<IModelLease<Dependency>>()),
            Assert.Throws<InvalidOperationException>(() => scope.ServiceProvider.GetServices<IModelLease<Dependency>>()),
            Assert.Throws<InvalidOperationException>(() => scope.ServiceProvider.GetRequiredService<LeaseUser>()),
        };
        Assert.All(exceptions, static exception => Assert.StartsWith(
            $"Class '{typeof(Dependency)}' is not registered as a model, so no IModelLease<Dependency> can be injected. Mark the class "
            + "with [SharedModel]",
            exception.Message,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_container_knows_every_lease_and_the_keys_of_models()
    {
        await using var services = Build();
        var known = services.GetRequiredService<IServiceProviderIsKeyedService>();
        Assert.True(known.IsService(typeof(IModelLease<Detector>)));
        Assert.True(known.IsService(typeof(IModelLease<Dependency>)));
        Assert.True(known.IsKeyedService(typeof(IModelLease<Detector>), "detector-large"));
        Assert.False(known.IsKeyedService(typeof(IModelLease<Detector>), "detector-huge"));
        Assert.False(known.IsKeyedService(typeof(IModelLease<Dependency>), "detector"));
        await using var scope = services.CreateAsyncScope();
        Assert.Equal("detector", scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>().ModelId);
        Assert.Null(scope.ServiceProvider.GetKeyedService<IModelLease<Detector>>("detector-huge"));
    }

    [Fact]
    public async Task All_leases_on_a_registered_class_are_provided_in_registration_order()
    {
        await using var services = Build();
        await using var scope = services.CreateAsyncScope();
        var leases = scope.ServiceProvider.GetServices<IModelLease<Detector>>().ToList();
        Assert.Equal(["detector", "detector-large"], leases.Select(static lease => lease.ModelId));
        Assert.Same(scope.ServiceProvider.GetRequiredService<IModelLease<Detector>>(), leases[0]);
        Assert.Same(scope.ServiceProvider.GetRequiredKeyedService<IModelLease<Detector>>("detector-large"), leases[1]);
    }

    [Fact]
    public async Task A_model_that_is_registered_after_the_manager_has_its_own_lease()
    {
        var services = new ServiceCollection();
        services.AddSharedModelManager();
        services.AddSharedModelManager().AddModel("mine", static _ => new FakeModel());
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        Assert.Equal("mine", scope.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>().ModelId);
    }

    private sealed class LeaseUser(IModelLease<Dependency> lease)
    {
        public string ModelId => lease.ModelId;
    }

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddSharedModels();
        services.AddScoped<Dependency>();
        services.AddKeyedSingleton("key", "from the container");
        services.AddSingleton<IDeviceProvider>(new FakeAccelerator(memoryBytes: 100));
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
