using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.TorchSharp;

/// <summary>
/// How a module is loaded; the configuration of <c>SharedModels:Models:&lt;id&gt;</c> may set it for modules of
/// <see cref="TorchSharpServiceCollectionExtensions.AddTorchModule"/>.
/// </summary>
public sealed class TorchModelOptions
{
    /// <summary>
    /// The weights: a <c>.safetensors</c> file, a folder that holds <c>model.safetensors</c> or its parts with their index, or a file that
    /// TorchSharp's <c>Module.save</c> wrote, with whatever other extension, of a module that was constructed in the same way.
    /// </summary>
    /// <value><see langword="null"/> (the default) for those that the module has once it is constructed.</value>
    public string? Weights { get; set; }

    /// <summary>Whether every parameter must be in <see cref="Weights"/>, and nothing else.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Strict { get; set; } = true;

    /// <summary>
    /// The type that the module's parameters are converted to, such as
    /// <c>Float16</c> or <c>BFloat16</c>: a name of TorchSharp's <c>ScalarType</c>.
    /// </summary>
    /// <value><see langword="null"/> (the default) for the type that they are constructed with.</value>
    public string? ElementType { get; set; }

    /// <summary>
    /// Whether use changes the parameters: they are copied back when the module leaves its device, and gradients stay on. The gradients
    /// move with the module, and their bytes belong to <see cref="WorkingBytes"/>.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsMutable { get; set; }

    /// <summary>
    /// Bytes that one use takes on the device beside the parameters: activations, gradients, and what the kernels need, such as cuBLAS's
    /// workspaces.
    /// </summary>
    /// <value>The default is 0.</value>
    public long WorkingBytes { get; set; }
}
