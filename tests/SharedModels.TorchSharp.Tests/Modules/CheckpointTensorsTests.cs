using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Tests.Checkpoints;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>Tests which weights a module accepts, without the native library.</summary>
public sealed class CheckpointTensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoint-tensors").FullName;

    // The first two entries share their memory. The third is a part of it.
    private readonly ArenaLayout _layout = new(
    [
        new("encoder", 6, 4, [2, 2]) { Address = 4096 },
        new("decoder", 6, 4, [2, 2]) { Address = 4096 },
        new("row", 6, 4, [2]) { Address = 4096 },
        new("bias", 6, 4, [2]) { Address = 8192 },
    ]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("encoder")]
    [InlineData("decoder")]
    public void One_name_of_tied_weights_is_enough(string name)
    {
        using var tensors = Open(StoredTensor.Of(name, [2, 2], 1, 2, 3, 4), StoredTensor.Of("bias", [2], 1, 2));
        tensors.RequireSameNames(["encoder", "decoder", "bias"], Names, _layout);
    }

    [Fact]
    public void A_part_of_a_weight_is_not_enough()
    {
        using var tensors = Open(StoredTensor.Of("row", [2], 1, 2), StoredTensor.Of("bias", [2], 1, 2));
        var message = Assert.Throws<CheckpointException>(
            () => tensors.RequireSameNames(["encoder", "decoder", "bias"], Names, _layout)).Message;
        Assert.Contains("the weights lack encoder, decoder.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_next_to_the_application_are_found_from_any_working_directory()
    {
        var name = $"{Guid.NewGuid():N}.dat";
        var path = Path.Combine(AppContext.BaseDirectory, name);
        File.WriteAllText(path, "weights");
        try
        {
            Assert.Equal(path, CheckpointTensors.Locate(name));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<CheckpointException>(() => CheckpointTensors.Locate(""));
        var message = Assert.Throws<CheckpointException>(() => CheckpointTensors.Locate(name)).Message;
        Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
    }

    private string[] Names => [.. _layout.Slots.Select(static slot => slot.Entry.Name)];

    private CheckpointTensors Open(params StoredTensor[] tensors)
    {
        var path = Path.Combine(_folder, "w.safetensors");
        SafetensorsWriter.Write(path, tensors);
        return new(path);
    }
}
