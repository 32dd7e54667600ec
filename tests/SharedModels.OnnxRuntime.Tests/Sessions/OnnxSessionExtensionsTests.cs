using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using SharedModels.OnnxRuntime.Tests.Graphs;

namespace SharedModels.OnnxRuntime.Tests.Sessions;

public sealed class OnnxSessionExtensionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_run_ends_when_its_token_is_canceled()
    {
        using var session = new InferenceSession(_folder.Write("endless.onnx", GraphWriter.EndlessLoop()));
        using var cancellation = new CancellationTokenSource();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var run = Task.Run(() =>
        {
            using var x = OrtValue.CreateTensorValueFromMemory([1f], []);
            session.Run(new Dictionary<string, OrtValue> { ["x"] = x }, cancellationToken: cancellation.Token).Dispose();
        });

        // The loop takes a processor once it runs.
        await Condition.UntilAsync(
            () => run.IsCompleted || Process.GetCurrentProcess().TotalProcessorTime - before > TimeSpan.FromMilliseconds(100));
        Assert.False(run.IsCompleted);
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    public void A_canceled_token_prevents_the_run()
    {
        using var session = new InferenceSession(TinyModel.Write(_folder));
        Assert.Throws<OperationCanceledException>(
            () => session.Run(new Dictionary<string, OrtValue>(), cancellationToken: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Wrong_inputs_fail_with_the_reason_of_the_engine()
    {
        using var session = new InferenceSession(TinyModel.Write(_folder));
        using var x = OrtValue.CreateTensorValueFromMemory([1f, 2f], [1, 2]);
        var exception = Assert.Throws<OnnxRuntimeException>(() => session.Run(new Dictionary<string, OrtValue> { ["x"] = x }));
        Assert.Contains("invalid dimensions", exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Outputs_can_be_chosen_and_are_all_computed_by_default()
    {
        using var session = new InferenceSession(TinyModel.Write(_folder));
        using var x = OrtValue.CreateTensorValueFromMemory(new float[8], [2, 4]);
        var inputs = new Dictionary<string, OrtValue> { ["x"] = x };
        using var all = session.Run(inputs);
        using var chosen = session.Run(inputs, ["y"]);
        Assert.Equal((1, 1), (all.Count, chosen.Count));
        Assert.Equal([2, 4], chosen[0].GetTensorTypeAndShape().Shape);
    }

    public void Dispose() => _folder.Dispose();
}
