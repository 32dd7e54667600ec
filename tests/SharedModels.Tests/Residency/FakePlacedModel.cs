using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>A model that is made for its device, and records what the manager asks of it.</summary>
internal sealed class FakePlacedModel(FakeAccelerator accelerator, List<string> calls) : IPlacedModel, IDisposable
{
    private readonly FakeModel _made = new(40, accelerator: accelerator);

    /// <summary>The bytes that the model turns out to take, on the CPU and on an accelerator.</summary>
    public long MeasuredBytes { get; init; } = 40;

    /// <summary>Thrown by the next placement.</summary>
    public Exception? Failure { get; set; }

    public Device? PlacedOn { get; private set; }

    /// <summary>Thrown when the footprint is read after a placement.</summary>
    public Exception? FootprintFailure { get; set; }

    public ModelFootprint FootprintOn(Device device)
    {
        if (PlacedOn is not null && FootprintFailure is { } failure)
        {
            FootprintFailure = null;
            throw failure;
        }

        var bytes = PlacedOn == device ? MeasuredBytes : 40;
        return device.IsCpu ? new(bytes) : new(PlacedOn == device ? 2 : 0, bytes);
    }

    public async ValueTask PlaceAsync(Device device, CancellationToken cancellationToken)
    {
        Record($"place on {device}");
        Assert.Null(PlacedOn);
        if (Failure is { } failure)
        {
            Failure = null;
            throw failure;
        }

        await _made.ToAsync(device, cancellationToken);
        PlacedOn = device;
    }

    public async ValueTask RemoveAsync()
    {
        Record($"remove from {PlacedOn?.ToString() ?? "nowhere"}");
        await _made.ToAsync(Device.Cpu, CancellationToken.None);
        PlacedOn = null;
    }

    public void Dispose()
    {
        Record("dispose");
        Assert.Null(PlacedOn);
        _made.Dispose();
    }

    private void Record(string call)
    {
        lock (calls)
            calls.Add(call);
    }
}
