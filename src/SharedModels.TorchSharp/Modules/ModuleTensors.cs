using System.Reflection;
using System.Runtime.CompilerServices;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Native;
using TorchSharp;
using TorchSharp.Utils;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// The parameters and buffers of a module under all their names. This includes names that share a tensor, of which TorchSharp lists only
/// the first, and buffers that are not persistent, which TorchSharp does not list.
/// </summary>
internal static class ModuleTensors
{
    private static readonly ConditionalWeakTable<Type, FieldInfo[]> Fields = [];

    public static IEnumerable<(string Name, torch.Tensor Tensor)> Of(torch.nn.Module module, string prefix = "")
    {
        var names = new HashSet<string>();
        foreach (var (name, tensor) in Own(module))
        {
            if (tensor is { IsInvalid: false } && names.Add(name))
                yield return (prefix + name, tensor);
        }

        // A script always lists the tensors of all its parts.
        if (module is torch.jit.ScriptModule)
            yield break;
        foreach (var (name, child) in module.named_children())
        {
            foreach (var found in Of(child, $"{prefix}{name}."))
                yield return found;
        }
    }

    /// <summary>
    /// Returns <see langword="true"/> if a tensor belongs to a script, which creates a new object for it at each access.
    /// </summary>
    public static bool IsOfScript(torch.nn.Module module, string name) =>
        module is torch.jit.ScriptModule
        || module.named_children().Any(child =>
            name.StartsWith($"{child.name}.", StringComparison.Ordinal) && IsOfScript(child.module, name[(child.name.Length + 1)..]));

    public static ArenaEntry Describe(string name, torch.Tensor tensor) =>
        new(name, (int)tensor.dtype, (int)tensor.ElementSize, tensor.shape)
        {
            Strides = tensor.stride(),
            Address = TensorMemory.AddressOf(tensor),
        };

    /// <summary>
    /// Returns the current tensors of a module first. TorchSharp keeps the registered ones even after code has assigned another tensor to
    /// the field.
    /// </summary>
    private static IEnumerable<(string Name, torch.Tensor? Tensor)> Own(torch.nn.Module module)
    {
        if (module is torch.jit.ScriptModule script)
        {
            foreach (var (name, attribute) in script.named_attributes(recurse: true))
                yield return (name, attribute);
        }
        else
        {
            foreach (var field in Fields.GetValue(module.GetType(), FindFields))
                yield return (field.Name, (torch.Tensor?)field.GetValue(module));
        }

        foreach (var (name, parameter) in module.named_parameters(recurse: false))
            yield return (name, parameter);
        foreach (var (name, buffer) in module.named_buffers(recurse: false))
            yield return (name, buffer);
        if (module is torch.jit.ScriptModule)
            yield break;
        foreach (var (name, (buffer, _)) in Buffers(module))
            yield return (name, buffer);
    }

    private static FieldInfo[] FindFields(Type type)
    {
        var fields = new List<FieldInfo>();
        for (var part = type; part != typeof(torch.nn.Module) && part is not null; part = part.BaseType)
        {
            fields.AddRange(part
                .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(static field => typeof(torch.Tensor).IsAssignableFrom(field.FieldType)));
        }

        return [.. fields];
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    private static extern ref OrderedDict<string, (torch.Tensor, bool)> Buffers(torch.nn.Module module);
}
