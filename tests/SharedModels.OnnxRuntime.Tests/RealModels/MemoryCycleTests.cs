using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.OnnxRuntime;
using SharedModels.OnnxRuntime.Memory;

namespace SharedModels.OnnxRuntime.Tests.RealModels;

/// <summary>Memory of real models returns to the system when they are evicted.</summary>
public sealed class MemoryCycleTests
{
    private const double MiB = 1 << 20;

    [Fact]
    public async Task An_eviction_returns_the_memory_of_the_model()
    {
        await using var provider = Build();
        var manager = provider.GetRequiredService<SharedModelManager>();
        await UseAsync(manager);
        var returned = new List<double>();
        for (var cycle = 0; cycle < 5; cycle++)
        {
            await using (var lease = await manager.FetchModelAsync<InferenceSession>("resnet"))
                ResNet18Tests.Compute(lease.Model);
            Assert.InRange(manager.GetSnapshot().Models[0].Footprint.HostBytes / MiB, 60, 120);
            var used = Read();
            await manager.EvictAsync("resnet");
            returned.Add(used - Read());
        }

        // The weights take 61 MiB. Two of the largest, 9 MiB each, can stay with the thread that has freed them. See HeapTrim.
        Assert.InRange(returned.Order().ElementAt(2), 35, 75);
    }

    [Fact]
    public async Task Models_that_take_turns_take_no_more_memory_after_many_turns_than_after_the_first()
    {
        await using var provider = Build();
        var manager = provider.GetRequiredService<SharedModelManager>();
        var first = await UseAsync(manager);
        double last = 0;
        for (var turn = 0; turn < 8; turn++)
            last = await UseAsync(manager);

        // The models take 245 MiB together, and loading each takes more. See HeapTrim for what glibc keeps.
        Assert.InRange(last, 0, first + 64);
    }

    /// <summary>Uses all models, evicts them, and returns the MiB that the process takes.</summary>
    private static async Task<double> UseAsync(SharedModelManager manager)
    {
        foreach (var id in (string[])["resnet", "minilm", "arctic"])
        {
            await using (var lease = await manager.FetchModelAsync<InferenceSession>(id))
            {
                if (id == "resnet")
                    ResNet18Tests.Compute(lease.Model);
                else
                    Encode(lease.Model);
            }

            await manager.EvictAsync(id);
        }

        return Read();
    }

    private static void Encode(InferenceSession session)
    {
        using var ids = OrtValue.CreateTensorValueFromMemory([101L, 7_592, 2_088, 102], [1, 4]);
        using var mask = OrtValue.CreateTensorValueFromMemory([1L, 1, 1, 1], [1, 4]);
        using var types = OrtValue.CreateTensorValueFromMemory(new long[4], [1, 4]);
        var inputs = new Dictionary<string, OrtValue> { ["input_ids"] = ids, ["attention_mask"] = mask, ["token_type_ids"] = types };
        session.Run(inputs).Dispose();
    }

    private static double Read()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return MemoryReading.Take(Device.Cpu).HostBytes / MiB;
    }

    private static ServiceProvider Build() => new ServiceCollection()
        .AddLogging()
        .AddSharedModelManager()
        .AddOnnxModel("resnet", static options => options.Path = RealModel.ResNet18)
        .AddOnnxModel("minilm", static options => options.Path = RealModel.MiniLm)
        .AddOnnxModel("arctic", static options => options.Path = RealModel.ArcticXs)
        .Services.BuildServiceProvider();
}
