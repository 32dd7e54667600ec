using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SharedModels.TorchSharp.Diagnostics;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// A dispose scope without gradients around code that uses a module. Tensors that the code creates but does not return
/// are freed.
/// </summary>
internal sealed class InferenceScope : IModelUse
{
    private readonly ILogger _logger;
    private readonly torch.nn.Module _module;
    private readonly ArenaModule? _arena;
    private readonly IDisposable? _inference;
    private readonly DisposeScope _scope;
    private readonly long _liveBefore;
    private readonly HashSet<torch.Tensor> _kept = new(ReferenceEqualityComparer.Instance);
    private long _detachedBefore;
    private long _keptOfScope;
    private long _keptElse;

    public InferenceScope(torch.nn.Module module, ArenaModule? arena, bool isMutable, ILogger logger)
    {
        _arena = arena;
        _module = module;
        _logger = logger;
        _inference = isMutable ? null : torch.inference_mode();
        _liveBefore = Live;
        _detachedBefore = Detached;
        _scope = torch.NewDisposeScope();
    }

    private static long Live => DisposeScopeManager.Statistics.CreatedInScopeCount - DisposeScopeManager.Statistics.DisposedInScopeCount;

    private static long Detached => DisposeScopeManager.Statistics.DetachedFromScopeCount;

    public void Keep(object? result)
    {
        switch (result)
        {
            case torch.Tensor tensor:
                KeepTensor(tensor);
                break;
            case IEnumerable<torch.Tensor> tensors:
                foreach (var tensor in tensors)
                    Keep(tensor);
                break;
            case ITuple tuple:
                for (var i = 0; i < tuple.Length; i++)
                    Keep(tuple[i]);
                break;
        }
    }

    public void Dispose()
    {
        // A returned tensor that is not in the scope was either detached from it by the code or existed before. The number of kept
        // tensors is at most the number of detached ones.
        var keptDetached = Math.Min(_keptElse, Detached - _detachedBefore);
        _scope.Dispose();
        _inference?.Dispose();
        var leaked = Live - _liveBefore - _keptOfScope - keptDetached;
        if (leaked > 0)
            Log.TensorsLeaked(_logger, leaked, _module.GetType());
    }

    private void KeepTensor(torch.Tensor tensor)
    {
        if (!_kept.Add(tensor))
            return;
        if (_scope.Contains(tensor))
        {
            var detached = Detached;
            tensor.DetachFromDisposeScope();
            _detachedBefore += Detached - detached;
            _keptOfScope++;
        }
        else if (!ModuleTensors.Of(_module).Any(found => ReferenceEquals(found.Tensor, tensor)))
        {
            _keptElse++;
        }

        if (_arena?.IsView(tensor) != true)
            return;

        // This memory is freed when the model leaves the device.
        using var copy = tensor.clone();
        tensor.PointTo(copy);
    }
}
