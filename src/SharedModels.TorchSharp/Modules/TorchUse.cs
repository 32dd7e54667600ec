using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SharedModels.TorchSharp.Diagnostics;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>A dispose scope around code that uses a module, without gradients: what the code makes is freed, but for what it returns.</summary>
internal sealed class TorchUse : IModelUse
{
    private readonly ILogger _logger;
    private readonly Type _module;
    private readonly IDisposable? _inference;
    private readonly DisposeScope _scope;
    private readonly long _liveBefore;
    private long _kept;

    public TorchUse(Type module, bool isMutable, ILogger logger)
    {
        _module = module;
        _logger = logger;
        _inference = isMutable ? null : TorchVersion.Infer();
        _liveBefore = Live;
        _scope = torch.NewDisposeScope();
    }

    private static long Live => DisposeScopeManager.Statistics.CreatedInScopeCount - DisposeScopeManager.Statistics.DisposedInScopeCount;

    public void Keep(object? result)
    {
        switch (result)
        {
            case torch.Tensor tensor:
                tensor.MoveToOuterDisposeScope();
                _kept++;
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
        _scope.Dispose();
        _inference?.Dispose();
        var leaked = Live - _liveBefore - _kept;
        if (leaked > 0)
            Log.TensorsLeaked(_logger, leaked, _module);
    }
}
