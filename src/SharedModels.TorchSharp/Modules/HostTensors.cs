using System.Runtime.InteropServices;
using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// The memory on the host of a module's own tensors, kept while the module is
/// elsewhere; but for those that cannot be views, such as sparse ones.
/// </summary>
internal sealed class HostTensors : IDisposable
{
    private readonly Dictionary<string, torch.Tensor> _tensors = [];

    public HostTensors(torch.nn.Module module)
    {
        foreach (var (name, tensor) in ModuleTensors.Of(module))
        {
            var same = tensor.detach().DetachFromDisposeScope();
            try
            {
                tensor.PointTo(same);
                _tensors.Add(name, same);
            }
            catch (ExternalException)
            {
                same.Dispose();
            }
        }
    }

    public torch.Tensor? View(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor.detach() : null;

    /// <summary>Copies back what use has changed.</summary>
    public void Overwrite(torch.nn.Module module)
    {
        foreach (var (name, tensor) in ModuleTensors.Of(module))
        {
            if (_tensors.TryGetValue(name, out var host))
                host.Overwrite(tensor);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
        _tensors.Clear();
    }
}
