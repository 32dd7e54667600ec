using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Tests.Checkpoints;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class TorchModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("torch-model").FullName;
    private readonly FakeLogCollector _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TorchFact]
    public async Task A_module_computes_the_same_after_its_weights_were_moved_to_an_arena()
    {
        using var module = new TwoLayers();
        var expected = module.Run();
        using var model = Make(() => module);
        await model.LoadAsync(default);
        Assert.Equal(expected, module.Run());
        Assert.Same(module, model.Model);
        Assert.False(module.training);

        // Four tensors of the layers, the scale and the buffer at 512 bytes each.
        Assert.Equal(new ModelFootprint(3072, 3072), model.Footprint);
        Assert.All(ModuleTensors.Of(module), static found => Assert.Equal(DeviceType.CPU, found.Tensor.device_type));
        Assert.DoesNotContain(_log.GetSnapshot(), static line => line.Id.Id == 107);
    }

    [TorchFact]
    public async Task Weights_of_safetensors_are_loaded_into_parameters_by_name_and_converted_if_necessary()
    {
        Write(StoredTensor.Of("second.bias", [4], 1, 2, 3, 4).To("F16"));
        using var model = Make(static () => new TwoLayers(), new() { Weights = File("w.safetensors") });
        await model.LoadAsync(default);
        var module = (TwoLayers)model.Model;

        // The layers are identities and add 0 and 1 to 4; the scale is 10.
        Assert.Equal([20f, 0f, 35f, 70f], module.Run());
        Assert.Equal(42, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(
            ModuleTensors.Of(module).Single(static found => found.Name == "steps").Tensor.bytes)[0]);
    }

    [TorchFact]
    public async Task Strict_loading_names_missing_and_superfluous_weights()
    {
        Write(StoredTensor.Of("third.bias", [1], 1));
        using var strict = Make(static () => new TwoLayers(), new() { Weights = File("w.safetensors") });
        var exception = await Assert.ThrowsAsync<CheckpointException>(async () => await strict.LoadAsync(default));
        Assert.Contains("the module lacks third.bias, and the weights lack second.bias", exception.Message, StringComparison.Ordinal);

        using var module = new TwoLayers();
        var bias = TwoLayers.Read(ModuleTensors.Of(module).Single(static found => found.Name == "second.bias").Tensor);
        using var loose = Make(() => module, new() { Weights = File("w.safetensors"), Strict = false });
        await loose.LoadAsync(default);
        Assert.Equal(bias, TwoLayers.Read(ModuleTensors.Of(module).Single(static found => found.Name == "second.bias").Tensor));
        Assert.Equal([10f, 10f, 10f, 10f], TwoLayers.Read(ModuleTensors.Of(module).Single(static found => found.Name == "scale").Tensor));
    }

    [TorchFact]
    public async Task A_tensor_of_another_shape_is_rejected_with_both_shapes()
    {
        Write(StoredTensor.Of("second.bias", [2, 2], 1, 2, 3, 4));
        using var model = Make(static () => new TwoLayers(), new() { Weights = File("w.safetensors") });
        var exception = await Assert.ThrowsAsync<CheckpointException>(async () => await model.LoadAsync(default));
        Assert.Contains("'second.bias'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 2]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[4]", exception.Message, StringComparison.Ordinal);
    }

    [TorchFact]
    public async Task A_tensor_without_elements_is_loaded_in_any_type()
    {
        SafetensorsWriter.Write(File("empty.safetensors"), [StoredTensor.Of("rows", [0, 4]).To("F16")]);
        using var model = new TorchModel<EmptyRows>(
            static () => new EmptyRows(),
            new() { Weights = File("empty.safetensors") },
            new TorchRuntime(null, new(), new(), NullLoggerFactory.Instance));
        await model.LoadAsync(default);
        Assert.Equal([0, 4], Assert.Single(ModuleTensors.Of((EmptyRows)model.Model)).Tensor.shape);
    }

    [TorchFact]
    public async Task Weights_that_TorchSharp_saved_are_loaded()
    {
        using var saved = new TwoLayers();
        saved.save(File("two.dat"));
        using var model = Make(static () => new TwoLayers(), new() { Weights = File("two.dat") });
        await model.LoadAsync(default);
        Assert.Equal(saved.Run(), ((TwoLayers)model.Model).Run());
    }

    [TorchFact]
    public async Task Parameters_are_converted_to_the_element_type_and_types_unknown_to_TorchSharp_are_rejected()
    {
        using var model = Make(static () => new TwoLayers(), new() { ElementType = "bfloat16", WorkingBytes = 5 });
        await model.LoadAsync(default);
        Assert.Equal([torch.ScalarType.BFloat16], Parameters(model).Select(static tensor => tensor.dtype).Distinct());
        Assert.Equal(5, model.Footprint.WorkingBytes);
        foreach (var text in new[] { "float12", "12", "5", "Float16, Float32", "" })
        {
            using var wrong = Make(static () => new TwoLayers(), new() { ElementType = text });
            var message = (await Assert.ThrowsAsync<FormatException>(async () => await wrong.LoadAsync(default))).Message;
            Assert.StartsWith($"ElementType is '{text}'", message, StringComparison.Ordinal);
            Assert.Contains("Float16, Float32, Float64", message, StringComparison.Ordinal);
        }
    }

    [TorchFact]
    public async Task Weights_that_TorchSharp_saved_are_converted_to_the_element_type()
    {
        using var saved = new TwoLayers();
        saved.save(File("two.dat"));
        using var model = Make(static () => new TwoLayers(), new() { Weights = File("two.dat"), ElementType = "Float64" });
        await model.LoadAsync(default);
        Assert.Equal([torch.ScalarType.Float64], Parameters(model).Select(static tensor => tensor.dtype).Distinct());
        Assert.Equal(saved.Run(), ((TwoLayers)model.Model).Run(), static (expected, actual) => Math.Abs(expected - actual) < 1e-4);
    }

    [TorchFact]
    public async Task A_weight_with_two_names_is_loaded_by_either_name()
    {
        foreach (var name in new[] { "encoder.weight", "decoder.weight" })
        {
            SafetensorsWriter.Write(
                File("tied.safetensors"), [StoredTensor.Of(name, [2, 2], 5, 6, 7, 8), StoredTensor.Of("offset", [2], 1, 2)]);
            using var model = new TorchModel<TiedLayers>(static () => new TiedLayers(), new()
            {
                Weights = File("tied.safetensors"),
            }, new TorchRuntime(null, new(), new(), NullLoggerFactory.Instance));
            await model.LoadAsync(default);
            var weights = ModuleTensors.Of((TiedLayers)model.Model)
                .Where(static found => found.Name.EndsWith("weight", StringComparison.Ordinal))
                .ToList();
            Assert.Equal(2, weights.Count);
            Assert.All(weights, static weight => Assert.Equal([5f, 6f, 7f, 8f], TwoLayers.Read(weight.Tensor)));
        }
    }

    [TorchFact]
    public async Task A_frozen_parameter_stays_frozen_in_a_mutable_model_of_another_element_type()
    {
        using var model = Make(
            static () =>
            {
                var module = new TwoLayers();
                ModuleTensors.Of(module).Single(static found => found.Name == "scale").Tensor.requires_grad_(false);
                return module;
            },
            new() { IsMutable = true, ElementType = "Float16" });
        await model.LoadAsync(default);
        Assert.Equal(
            ["scale"],
            ModuleTensors.Of((TwoLayers)model.Model)
                .Where(static found => !found.Tensor.requires_grad && found.Name != "steps")
                .Select(static found => found.Name));
    }

    [TorchFact]
    public async Task Parameters_outlive_every_scope_of_a_caller()
    {
        using var model = Make(static () => new TwoLayers());
        using (torch.NewDisposeScope())
            await model.LoadAsync(default);
        var before = ((TwoLayers)model.Model).Run();
        using (model.BeginUse())
            Assert.Equal(before, ((TwoLayers)model.Model).Run());
        Assert.Equal(before, ((TwoLayers)model.Model).Run());
    }

    [TorchFact]
    public async Task A_module_that_is_disposed_unpins_its_memory()
    {
        using var driver = new CudaSimulator(new SimulatedDevice("first", 1000, 1000));
        var quota = new PinnedMemoryQuota();
        using var runtime = new TorchRuntime(driver.Driver, new(), quota, NullLoggerFactory.Instance);
        using (var model = new TorchModel<TwoLayers>(static () => new TwoLayers(), new(), runtime))
        {
            await model.LoadAsync(default);
            Assert.Equal(3072, driver.Memory.Registered.Values.Sum());
            Assert.All(driver.Memory.Registered.Keys, static address => Assert.Equal(0, address % 4096));
            Assert.Equal(3072, quota.Bytes);
        }

        Assert.Empty(driver.Memory.Registered);
        Assert.Equal(0, quota.Bytes);
    }

    [TorchFact]
    public async Task A_module_that_is_not_loaded_says_so()
    {
        using var model = Make(static () => new TwoLayers());
        Assert.Contains("not loaded", Assert.Throws<InvalidOperationException>(() => model.Model).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await model.ToAsync(Device.Cpu, default));
        Assert.Equal(default, model.Footprint);
    }

    private static IEnumerable<torch.Tensor> Parameters(TorchModel<TwoLayers> model) =>
        ModuleTensors.Of((TwoLayers)model.Model).Where(static found => found.Name != "steps").Select(static found => found.Tensor);

    private void Write(params StoredTensor[] further)
    {
        float[] identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
        SafetensorsWriter.Write(
            File("w.safetensors"),
            [
                StoredTensor.Of("first.weight", [4, 4], identity),
                StoredTensor.Of("first.bias", [4], 0, 0, 0, 0),
                StoredTensor.Of("second.weight", [4, 4], identity),
                StoredTensor.Of("scale", [4], 10, 10, 10, 10),
                new("steps", "I64", [1], BitConverter.GetBytes(42L)),
                .. further,
            ]);
    }

    private string File(string name) => Path.Combine(_folder, name);

    private TorchModel<TwoLayers> Make(Func<TwoLayers> create, TorchModelOptions? options = null) =>
        new(create, options ?? new(), new TorchRuntime(null, new(), new(), new LoggerFactory([new FakeLoggerProvider(_log)])));
}
