using System.Text;
using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

public sealed class ModelAdapterTests
{
    [Fact]
    public async Task A_lease_exposes_the_adapted_object_on_the_device_that_the_adapter_moved_it_to()
    {
        var accelerator = new FakeAccelerator(100, 1);
        using var adapter = new FakeAdapter(accelerator);
        await using var manager = new SharedModelManager(deviceProviders: [accelerator]);
        Assert.Equal(nameof(StringBuilder), manager.Add(adapter));

        await using var lease = await manager.FetchModelAsync<StringBuilder>();
        Assert.Same(adapter.Adapted, lease.Model);
        Assert.Same(adapter.Adapted, ((IModelLease)lease).Model);
        Assert.Equal(new Device("fake"), lease.Device);
        Assert.Equal(10, manager.GetSnapshot().Devices[0].UsedBytes);
        await Assert.ThrowsAsync<UnknownModelException>(async () => await manager.FetchModelAsync<FakeAdapter>());
    }

    [Fact]
    public async Task Code_of_an_invocation_runs_inside_the_adapter_s_use_which_receives_the_result()
    {
        var accelerator = new FakeAccelerator(100, 1);
        using var adapter = new FakeAdapter(accelerator);
        await using var manager = new SharedModelManager(deviceProviders: [accelerator]);
        manager.Add(adapter);
        await using var lease = await manager.FetchModelAsync<StringBuilder>();

        var worker = await lease.InvokeAsync(static _ => Environment.CurrentManagedThreadId);
        Assert.Equal($"[{worker} ={worker} {worker}]", adapter.Adapted.ToString());

        adapter.Adapted.Clear();
        await Assert.ThrowsAsync<FormatException>(async () => await lease.InvokeAsync<int>(static _ => throw new FormatException()));
        Assert.Equal($"[{worker}  {worker}]", adapter.Adapted.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_adapter_whose_model_cannot_be_read_has_failed_to_load(int devices)
    {
        await using var application = new ApplicationFixture(100, devices);
        application.AddAdapted<StringBuilder>("text", _ => new FakeAdapter(application.Accelerator)
        {
            Failure = new InvalidOperationException("not there yet"),
        });
        var failure = await Assert.ThrowsAsync<ModelLoadException>(
            () => application.Manager.FetchModelAsync("text").AsTask().WaitAsync(TestBound.Wait));
        Assert.Equal("not there yet", failure.InnerException?.Message);
        Assert.Equal(ModelResidency.Faulted, application["text"].Residency);
    }

    [Fact]
    public async Task An_adapter_of_the_container_is_moved_off_its_device_and_disposed_with_the_manager()
    {
        await using var application = new ApplicationFixture();
        FakeAdapter? adapter = null;
        application.AddAdapted<StringBuilder>("text", _ => adapter = new FakeAdapter(application.Accelerator));
        await using (var lease = await application.Manager.FetchModelAsync<StringBuilder>("text"))
            Assert.Same(adapter!.Adapted, lease.Model);
        await application.Manager.EvictAsync("text");
        Assert.Equal(ModelResidency.OnHost, application["text"].Residency);
        Assert.Equal(0, application.DeviceState().UsedBytes);

        await application.DisposeAsync();
        Assert.True(adapter!.IsDisposed);
    }
}
