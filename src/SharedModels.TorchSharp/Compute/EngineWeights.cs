using SharedModels.Compute;
using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Compute;

/// <summary>
/// Weights that were added to an engine together. They are in one arena, which is filled from the memory-mapped file when they first
/// enter the device.
/// </summary>
internal sealed class EngineWeights(torch.ScalarType type, TorchRuntime runtime) : IDisposable
{
    private readonly List<(TorchTensor Tensor, WeightView[] Parts)> _weights = [];
    private WeightArena? _arena;

    /// <summary>True if further weights can be added.</summary>
    public bool IsOpen => _arena is null;

    public bool IsOnDevice { get; private set; }

    public void Add(TorchTensor tensor, ReadOnlySpan<WeightView> parts) => _weights.Add((tensor, parts.ToArray()));

    public void Enter(Device device, torch.Device place)
    {
        if (IsOnDevice)
            return;
        using var noGradients = torch.no_grad();
        _arena ??= Load();
        _arena.MoveIn(device, place);
        IsOnDevice = true;
        foreach (var (index, (tensor, _)) in _weights.Index())
            tensor.Bind(_arena.View(_arena.Layout[Name(index)], onHost: false));
    }

    public void Leave()
    {
        foreach (var (tensor, _) in _weights)
            tensor.Bind(null);
        _ = _arena?.FreeDeviceAsync();
        IsOnDevice = false;
    }

    public void Dispose() => _arena?.Dispose();

    // Weights that are combined do not have their own names.
    private static string Name(int index) => $"{index}";

    private WeightArena Load()
    {
        var bytes = type == torch.ScalarType.Float32 ? sizeof(float) : sizeof(ushort);
        var entries = _weights.Select(
            (weight, index) => new ArenaEntry(Name(index), (int)type, bytes, [weight.Tensor.Rows, weight.Tensor.Columns]));
        var arena = new WeightArena(new(entries), runtime, "an engine");
        try
        {
            Fill(arena);
            arena.Pin();
            return arena;
        }
        catch
        {
            arena.Dispose();
            throw;
        }
    }

    private void Fill(WeightArena arena)
    {
        var copies = new List<MemoryCopy>();
        foreach (var (index, (tensor, parts)) in _weights.Index())
        {
            var slot = arena.Layout[Name(index)];
            using var whole = arena.View(slot, onHost: true);
            using var flat = whole.view(slot.Entry.Elements);
            var first = 0L;
            foreach (var part in parts)
            {
                var count = (long)part.Rows * part.Columns;
                var stored = TorchComputeEngine.TypeOf(part.Type);
                if (stored == type)
                {
                    copies.Add(new(part.Address, arena.HostAddress(slot) + (nint)(first * slot.Entry.ElementBytes), part.ByteCount));
                }
                else
                {
                    using var target = flat.narrow(0, first, count);
                    ConvertedCopy.Run(part.Address, stored, target);
                }

                first += count;
            }
        }

        ParallelCopy.Run(copies, CancellationToken.None);
    }
}
