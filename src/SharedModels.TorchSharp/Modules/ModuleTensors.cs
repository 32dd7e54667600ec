using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// A module's parameters and buffers under all their names: those that share a tensor too, of which TorchSharp itself lists the first only.
/// </summary>
internal static class ModuleTensors
{
    public static IEnumerable<(string Name, torch.Tensor Tensor)> Of(torch.nn.Module module, string prefix = "")
    {
        foreach (var (name, parameter) in module.named_parameters(recurse: false))
            yield return (prefix + name, parameter);
        foreach (var (name, buffer) in module.named_buffers(recurse: false))
        {
            if (buffer is { IsInvalid: false })
                yield return (prefix + name, buffer);
        }

        // A script lists those of all its parts, whatever it is asked.
        if (module is torch.jit.ScriptModule)
            yield break;
        foreach (var (name, child) in module.named_children())
        {
            foreach (var found in Of(child, $"{prefix}{name}."))
                yield return found;
        }
    }

    public static ArenaEntry Describe(string name, torch.Tensor tensor) =>
        new(name, (int)tensor.dtype, (int)tensor.ElementSize, tensor.shape);
}
