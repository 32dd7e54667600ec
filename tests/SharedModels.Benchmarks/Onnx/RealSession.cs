using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.OnnxRuntime;
using SharedModels.Configuration;
using SharedModels.OnnxRuntime;
using SharedModels.OnnxRuntime.Tests.RealModels;

namespace SharedModels.Benchmarks.Onnx;

/// <summary>A pretrained model, with an input for it that is always the same.</summary>
/// <param name="Id">The id.</param>
/// <param name="Path">The ONNX file.</param>
/// <param name="Use">Runs a session of the model.</param>
internal sealed record RealSession(string Id, string Path, Action<InferenceSession> Use)
{
    private const int Tokens = 24, Side = 224;

    /// <summary>The models: two encoders of texts and one of images.</summary>
    public static RealSession[] All { get; } =
    [
        new("resnet", RealModel.ResNet18, Features),
        new("minilm", RealModel.MiniLm, Encode),
        new("arctic", RealModel.ArcticXs, Encode),
    ];

    /// <summary>Creates a manager of all models.</summary>
    /// <param name="budget">The memory budget of the CPU in bytes, or <see langword="null"/> for the default.</param>
    public static ServiceProvider CreateProvider(long? budget = null)
    {
        var services = new ServiceCollection().AddLogging();
        if (budget is { } bytes)
            services.Configure<SharedModelsOptions>(options => options.Devices["cpu"] = new() { MemoryBudget = $"{bytes}" });
        var models = services.AddSharedModelManager();
        foreach (var model in All)
            models.AddOnnxModel(model.Id, options => options.Path = model.Path);
        return models.Services.BuildServiceProvider();
    }

    /// <summary>Returns the bytes that the models take, as measured after a use.</summary>
    public static long[] Measure()
    {
        using var provider = CreateProvider();
        var manager = provider.GetRequiredService<ISharedModelManager>();
        foreach (var model in All)
            model.UseLeasedAsync(manager).GetAwaiter().GetResult();
        return [.. All.Select(model => manager.GetSnapshot().Models.Single(found => found.Id == model.Id).Footprint.HostBytes)];
    }

    /// <summary>Leases the model, and runs it.</summary>
    public async Task UseLeasedAsync(ISharedModelManager manager)
    {
        using var lease = await manager.FetchModelAsync<InferenceSession>(Id).ConfigureAwait(false);
        Use(lease.Model);
    }

    private static void Features(InferenceSession session)
    {
        using var image = OrtValue.CreateTensorValueFromMemory(new float[3 * Side * Side], [1, 3, Side, Side]);
        session.Run(new Dictionary<string, OrtValue> { [session.InputNames[0]] = image }).Dispose();
    }

    private static void Encode(InferenceSession session)
    {
        using var ids = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Repeat(2_088L, Tokens)], [1, Tokens]);
        using var mask = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Repeat(1L, Tokens)], [1, Tokens]);
        using var types = OrtValue.CreateTensorValueFromMemory(new long[Tokens], [1, Tokens]);
        session.Run(new Dictionary<string, OrtValue> { ["input_ids"] = ids, ["attention_mask"] = mask, ["token_type_ids"] = types })
            .Dispose();
    }
}
