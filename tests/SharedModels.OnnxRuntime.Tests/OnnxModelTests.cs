using Microsoft.ML.OnnxRuntime;
using SharedModels.OnnxRuntime.Tests.Graphs;

namespace SharedModels.OnnxRuntime.Tests;

public sealed class OnnxModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_placed_model_computes_and_a_removed_one_has_no_session()
    {
        using var model = new TinyModel(new() { Path = TinyModel.Write(_folder) });
        Assert.Contains("has no session", Assert.Throws<InvalidOperationException>(() => model.Session).Message, StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            await model.PlaceAsync(Device.Cpu, CancellationToken.None);
            Assert.Equal([2, 4, 6, 8], model.Multiply(1, 2, 3, 4));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await model.PlaceAsync(Device.Cpu, CancellationToken.None));
            await model.RemoveAsync();
            await model.RemoveAsync();
            Assert.Throws<InvalidOperationException>(() => model.Session);
        }
    }

    [Fact]
    public async Task The_footprint_is_the_size_of_the_weights_until_the_model_is_placed()
    {
        const int size = 2_000;
        using var model = new TinyModel(new() { Path = TinyModel.Write(_folder, size: size), WorkingBytes = 7 });
        long weights = size * size * sizeof(float);
        Assert.Equal(new(weights, 0, 7), model.FootprintOn(Device.Cpu));
        Assert.Equal(new(0, weights, 7), model.FootprintOn(new Device("cuda")));
        await model.PlaceAsync(Device.Cpu, CancellationToken.None);
        var measured = model.FootprintOn(Device.Cpu);
        Assert.InRange(measured.HostBytes, weights, 4 * weights);
        Assert.Equal((0, 7), (measured.DeviceBytes, measured.WorkingBytes));
        await model.RemoveAsync();
        Assert.Equal(weights, model.FootprintOn(Device.Cpu).HostBytes);
    }

    [Fact]
    public void A_relative_path_is_found_in_the_folder_of_the_application()
    {
        using var model = new TinyModel(new() { Path = "DnnImageModels/ResNetPrepOnnx/ResNetPreprocess.onnx" });
        Assert.True(model.FootprintOn(Device.Cpu).HostBytes > 0);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_places_where_it_was_looked_for()
    {
        using var model = new TinyModel(new() { Path = "no-such-model.onnx" });
        var exception = Assert.Throws<FileNotFoundException>(() => model.FootprintOn(Device.Cpu));
        Assert.Equal(
            $"The model's Path 'no-such-model.onnx' does not exist. It was looked for at {Path.GetFullPath("no-such-model.onnx")} and "
            + $"{Path.Combine(AppContext.BaseDirectory, "no-such-model.onnx")}.",
            exception.Message);
    }

    [Fact]
    public void A_missing_path_is_an_error_that_names_the_setting()
    {
        using var model = new TinyModel(new());
        var exception = Assert.Throws<InvalidOperationException>(() => model.FootprintOn(Device.Cpu));
        Assert.Contains("SharedModels:Models:<id>:Path", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_graph_that_the_engine_rejects_fails_with_its_reason()
    {
        var unknown = GraphWriter.Model(
            [GraphWriter.Node("NoSuchOperator", ["x"], ["y"])],
            [],
            [GraphWriter.Value("x", GraphWriter.Float)],
            [GraphWriter.Value("y", GraphWriter.Float)]);
        using var model = new TinyModel(new() { Path = _folder.Write("unknown.onnx", unknown) });
        var exception = await Assert.ThrowsAsync<OnnxRuntimeException>(
            async () => await model.PlaceAsync(Device.Cpu, CancellationToken.None));
        Assert.Contains("NoSuchOperator", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => model.Session);
    }

    [Theory]
    [InlineData(null, "cuda", "'CUDA' for cuda:0. It contains CPU. Reference the package Microsoft.ML.OnnxRuntime.Gpu.Linux")]
    [InlineData("DirectML", "cpu", "'Dml' for cpu. It contains CPU. Reference the package Microsoft.ML.OnnxRuntime.DirectML")]
    [InlineData("OpenVINOExecutionProvider", "cpu", "'OpenVINO' for cpu. It contains CPU. Reference a package whose library contains it")]
    public async Task A_provider_that_the_library_lacks_is_named_with_the_remedy(string? provider, string device, string message)
    {
        using var model = new TinyModel(new() { Path = TinyModel.Write(_folder), ExecutionProvider = provider });
        var exception = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await model.PlaceAsync(new Device(device), CancellationToken.None));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_without_a_provider_of_its_own_needs_one_in_the_options()
    {
        using var model = new TinyModel(new() { Path = TinyModel.Write(_folder) });
        var exception = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await model.PlaceAsync(new Device("mps"), CancellationToken.None));
        Assert.Contains("no default execution provider for mps", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("CPUExecutionProvider")]
    public async Task A_provider_is_found_regardless_of_how_its_name_is_written(string provider)
    {
        using var model = new TinyModel(new() { Path = TinyModel.Write(_folder), ExecutionProvider = provider });
        await model.PlaceAsync(Device.Cpu, CancellationToken.None);
        Assert.Equal([2, 2, 2, 2], model.Multiply(1, 1, 1, 1));
    }

    [Fact]
    public async Task Entries_of_the_session_are_passed_on()
    {
        var options = new OnnxModelOptions { Path = TinyModel.Write(_folder) };
        options.SessionEntries["session.load_model_format"] = "ORT";
        using var model = new TinyModel(options);
        var exception = await Record.ExceptionAsync(async () => await model.PlaceAsync(Device.Cpu, CancellationToken.None));
        Assert.Contains("ORT", Assert.IsType<OnnxRuntimeException>(exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canceled_token_prevents_the_creation_of_a_session()
    {
        using var model = new TinyModel(new() { Path = TinyModel.Write(_folder) });
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await model.PlaceAsync(Device.Cpu, cancellation.Token));
        Assert.Throws<InvalidOperationException>(() => model.Session);
    }

    public void Dispose() => _folder.Dispose();
}
