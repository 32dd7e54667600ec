using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>Gives tensors of a module new memory when they are not in its arena.</summary>
internal static class TensorExchange
{
    /// <summary>
    /// Throws an exception before anything moves if a script has quantized tensors. libtorch does not exchange their memory. Replacing
    /// the objects would have no effect, because a script returns separate objects for its tensors.
    /// </summary>
    public static void RequireMovable(torch.nn.Module module, IReadOnlyDictionary<torch.Tensor, UnplacedTensor> unplaced)
    {
        var names = unplaced
            .Where(pair => TensorMemory.IsQuantized(pair.Key) && ModuleTensors.IsOfScript(module, pair.Value.Name))
            .Select(static pair => pair.Value.Name)
            .ToList();
        if (names.Count > 0)
            throw NotMovable(module, names);
    }

    /// <summary>Gives a tensor the memory of another one, or replaces it in the module.</summary>
    public static void Exchange(torch.nn.Module module, string name, torch.Tensor tensor, torch.Tensor moved)
    {
        if (tensor.TryPointTo(moved))
            return;
        if (ModuleTensors.IsOfScript(module, name))
            throw NotMovable(module, [name]);
        tensor.Replace(moved);
    }

    private static NotSupportedException NotMovable(torch.nn.Module module, IEnumerable<string> names) => new(
        $"The script {module.GetType()} cannot move to another device, because libtorch does not exchange the memory of its tensors "
        + $"{string.Join(", ", names.Select(static name => $"'{name}'"))}, which are quantized or sparse. Run the model on the CPU, or "
        + "save the script with dense tensors.");
}
