using SharedModels.TorchSharp.Arena;
using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// Calls a module's <c>to</c>. Older versions of TorchSharp ask each moved parameter to retain its gradient, which one that needs none refuses: so all need
/// one meanwhile.
/// </summary>
internal static class ModuleMove
{
    public static void Run(torch.nn.Module module, Action move)
    {
        var needsGradient = ModuleTensors.Of(module).Where(static found => found.Tensor.requires_grad).Select(static found => found.Name).ToHashSet();
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
