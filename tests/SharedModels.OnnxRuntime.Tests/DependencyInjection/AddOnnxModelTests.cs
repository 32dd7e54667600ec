using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime.Tests.DependencyInjection;

public sealed class AddOnnxModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Scopes_lease_sessions_by_the_id_of_the_model()
    {
        await using var provider = Build(builder => builder
            .AddOnnxModel("double", options => options.Path = TinyModel.Write(_folder, "double.onnx"))
            .AddOnnxModel("triple", options => options.Path = TinyModel.Write(_folder, "triple.onnx", weight: 3)));
        foreach (var (key, expected) in ((string?, float)[])[("double", 2), ("triple", 3), (null, 2)])
        {
            await using var scope = provider.CreateAsyncScope();
            var lease = key is null
                ? scope.ServiceProvider.GetRequiredService<IModelLease<InferenceSession>>()
                : scope.ServiceProvider.GetRequiredKeyedService<IModelLease<InferenceSession>>(key);
            await lease.AcquireAsync();
            Assert.Equal(Device.Cpu, lease.Device);
            Assert.Equal(expected, await lease.InvokeAsync(static session => TinyModel.Multiply(session, 1, 1, 1, 1)[0]));
        }
    }

    [Fact]
    public async Task An_eviction_disposes_the_session_and_the_next_lease_gets_another()
    {
        await using var provider = Build(
            builder => builder.AddOnnxModel("tiny", options => options.Path = TinyModel.Write(_folder, size: 1_000)));
        var manager = provider.GetRequiredService<SharedModelManager>();
        InferenceSession first;
        await using (var lease = await manager.FetchModelAsync<InferenceSession>("tiny"))
            first = lease.Model;
        Assert.InRange(Memory(manager).UsedBytes, 4_000_000, 80_000_000);
        await manager.EvictAsync("tiny");
        Assert.Equal((0, ModelResidency.Registered), (Memory(manager).UsedBytes, manager.GetSnapshot().Models[0].Residency));
        await using var again = await manager.FetchModelAsync<InferenceSession>("tiny");
        Assert.NotSame(first, again.Model);
    }

    [Fact]
    public async Task Models_that_do_not_fit_together_take_turns()
    {
        await using var provider = Build(
            builder =>
            {
                foreach (var id in (string[])["a", "b", "c"])
                    builder.AddOnnxModel(id, options => options.Path = TinyModel.Write(_folder, size: 5_000));
            },
            ("SharedModels:Devices:cpu:MemoryBudget", "250MB"));
        var manager = provider.GetRequiredService<SharedModelManager>();
        for (var round = 0; round < 2; round++)
        {
            foreach (var id in (string[])["a", "b", "c"])
            {
                await using var lease = await manager.FetchModelAsync<InferenceSession>(id);
                Assert.InRange(Memory(manager).UsedBytes, 100_000_000, 250_000_000);
            }
        }

        Assert.True(manager.GetSnapshot().Models.Sum(static model => model.Loads) > 3);
    }

    [Fact]
    public async Task The_configuration_overrides_the_options_and_sets_those_of_every_model()
    {
        await using var provider = Build(
            builder => builder.AddOnnxModel(
                "tiny", static options => options.Path = "overridden.onnx", static model => model.KeepAlive = TimeSpan.FromMinutes(1)),
            ("SharedModels:Models:tiny:Path", TinyModel.Write(_folder)),
            ("SharedModels:Models:tiny:ExecutionProvider", "CPU"),
            ("SharedModels:Models:tiny:OptimizedGraphFolder", "graphs"),
            ("SharedModels:Models:tiny:WorkingBytes", "1000"),
            ("SharedModels:Models:tiny:ProviderOptions:cudnn_conv_algo_search", "HEURISTIC"),
            ("SharedModels:Models:tiny:SessionEntries:session.set_denormal_as_zero", "1"),
            ("SharedModels:Models:tiny:MaxLeases", "3"));
        var options = provider.GetRequiredService<IOptionsMonitor<OnnxModelOptions>>().Get("tiny");
        Assert.Equal(
            ("CPU", "graphs", 1_000, "HEURISTIC", "1"),
            (options.ExecutionProvider, options.OptimizedGraphFolder, options.WorkingBytes,
                options.ProviderOptions["cudnn_conv_algo_search"], options.SessionEntries["session.set_denormal_as_zero"]));
        options.OptimizedGraphFolder = null;
        await using var lease = await provider.GetRequiredService<SharedModelManager>().FetchModelAsync<InferenceSession>("tiny");
        Assert.Equal(2, TinyModel.Multiply(lease.Model, 1, 1, 1, 1)[0]);
    }

    [Theory]
    [InlineData("Path", "", "SharedModels:Models:tiny:Path is empty.")]
    [InlineData("WorkingBytes", "-1", "SharedModels:Models:tiny:WorkingBytes is -1.")]
    [InlineData("WorkingBytes", "much", "SharedModels:Models:tiny:WorkingBytes is 'much'")]
    public async Task Invalid_settings_stop_the_application_at_startup(string setting, string value, string message)
    {
        var host = Host.CreateApplicationBuilder();
        host.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["SharedModels:Models:tiny:Path"] = "tiny.onnx", [$"SharedModels:Models:tiny:{setting}"] = value,
            });
        host.Services.AddSharedModelManager(host.Configuration.GetSection("SharedModels")).AddOnnxModel("tiny");
        using var application = host.Build();
        var exception = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => application.StartAsync());
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_fails_the_request_and_is_not_tried_again_soon()
    {
        await using var provider = Build(static builder => builder.AddOnnxModel("tiny", static options => options.Path = "missing.onnx"));
        var manager = provider.GetRequiredService<SharedModelManager>();
        var exception = await Assert.ThrowsAsync<ModelLoadException>(async () => await manager.FetchModelAsync<InferenceSession>("tiny"));
        Assert.IsType<FileNotFoundException>(exception.InnerException);
        Assert.Null(exception.RetryAfter);
    }

    [Fact]
    public async Task A_model_with_a_class_is_registered_by_the_generator()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("SharedModels:Models:doubler:Path", TinyModel.Write(_folder))])
            .Build();
        await using var provider = new ServiceCollection()
            .AddLogging()
            .AddSharedModels(configuration.GetSection("SharedModels"))
            .AddOnnxRuntime()
            .Services.BuildServiceProvider();
        await using var lease = await provider.GetRequiredService<SharedModelManager>().FetchDoublerAsync();
        Assert.Equal(14, await lease.InvokeAsync(static model => model.Double(7)));
        Assert.Equal(SharedModelKind.PlacedModel, Assert.Single(SharedModelCatalog.All).Kind);
    }

    public void Dispose() => _folder.Dispose();

    private static ServiceProvider Build(Action<ISharedModelsBuilder> add, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)))
            .Build();
        var services = new ServiceCollection();
        add(services.AddLogging().AddSharedModelManager(configuration.GetSection("SharedModels")));
        return services.BuildServiceProvider(validateScopes: true);
    }

    private static DeviceSnapshot Memory(SharedModelManager manager) => manager.GetSnapshot().Devices[^1];
}
