using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>A fake model that runs batches, and fails on negative inputs.</summary>
internal sealed class BatchedFake(long bytes, FakeModelScript script, FakeAccelerator accelerator)
    : FakeModel(bytes, script, accelerator, workingBytes: 1), IBatchModel<int, int>
{
    public IReadOnlyList<int> InvokeBatch(IReadOnlyList<int> inputs, CancellationToken cancellationToken)
    {
        Assert.InRange(inputs.Count, 1, SharedModelAttribute.DefaultBatchSize);
        Assert.Equal(1, Use());
        return inputs.Any(static input => input < 0) ? throw new InvalidDataException() : [.. inputs.Select(static input => 2 * input)];
    }
}
