namespace SharedModels.Tests;

/// <summary>A model whose members all run code of the test.</summary>
internal sealed class ScriptedModel : ISharedModel, IDisposable
{
    private bool _isLoaded;

    public Func<ModelFootprint> OnFootprint { get; init; } = static () => default;

    /// <summary>The footprint before the model is loaded, which may be wrong. By default, the footprint afterwards.</summary>
    public ModelFootprint? Estimate { get; init; }

    public Func<CancellationToken, Task> OnLoad { get; init; } = static _ => Task.CompletedTask;

    public Func<Device, CancellationToken, Task> OnMove { get; init; } = static (_, _) => Task.CompletedTask;

    public Func<bool> OnIsMutable { get; init; } = static () => false;

    public Action OnDispose { get; init; } = static () => { };

    public ModelFootprint Footprint => !Volatile.Read(ref _isLoaded) && Estimate is { } estimate ? estimate : OnFootprint();

    public bool IsMutable => OnIsMutable();

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        await OnLoad(cancellationToken);
        Volatile.Write(ref _isLoaded, true);
    }

    public async ValueTask ToAsync(Device device, CancellationToken cancellationToken) => await OnMove(device, cancellationToken);

    public void Dispose() => OnDispose();
}
