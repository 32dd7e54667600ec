using SharedModels.TorchSharp.Arena;
using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// Calls a module's <c>to</c>. Older versions of TorchSharp ask each moved parameter to retain its gradient, which fails for a parameter
/// that needs none: so all need one meanwhile.
/// </summary>
internal static class ModuleMove
{
    /// <summary>
    /// Moves a module along a way of devices with nothing in its tensors, and has them be views of what there is at its end; those for
    /// which there is nothing move with what they hold.
    /// </summary>
    public static void Exchange(torch.nn.Module module, IEnumerable<torch.Device> way, Func<string, torch.Tensor?> view)
    {
        foreach (var (name, tensor) in ModuleTensors.Of(module))
        {
            using var weights = view(name);
            if (weights is null)
                continue;
            using var nothing = torch.empty([0], tensor.dtype, new torch.Device(tensor.device_type, tensor.device_index));
            tensor.PointTo(nothing);
        }

        foreach (var place in way)
            Run(module, () => module.to(place));
        foreach (var (name, tensor) in ModuleTensors.Of(module))
        {
            // Older versions make a buffer of every tensor that a field holds, once it has moved: there is no view of that one.
            using var weights = view(name);
            if (weights is not null)
                tensor.PointTo(weights);
        }
    }

    public static void Run(torch.nn.Module module, Action move)
    {
        var needsGradient = ModuleTensors.Of(module)
            .Where(static found => found.Tensor.requires_grad)
            .Select(static found => found.Name)
            .ToHashSet();
        foreach (var (_, tensor) in ModuleTensors.Of(module))
        {
            if (tensor is Parameter && tensor.is_floating_point())
                tensor.requires_grad_(true);
        }

        try
        {
            using (torch.enable_grad())
                move();
        }
        finally
        {
            foreach (var (name, tensor) in ModuleTensors.Of(module))
            {
                tensor.DetachFromDisposeScope();
                tensor.Forget();
                if (tensor is Parameter && tensor.is_floating_point())
                    tensor.requires_grad_(needsGradient.Contains(name));
            }
        }
    }
}
