using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.TorchSharp;

/// <summary>
/// The options for loading a module. The configuration of <c>SharedModels:Models:&lt;id&gt;</c> can set them for modules of
/// <see cref="TorchSharpServiceCollectionExtensions.AddTorchModule"/>.
/// </summary>
public sealed class TorchModelOptions
{
    /// <summary>
    /// The weights: a <c>.safetensors</c> file, a folder that contains <c>model.safetensors</c> or its parts with their index, or a file
    /// with any other extension that TorchSharp's <c>Module.save</c> wrote for a module that was constructed in the same way. A relative
    /// path is resolved against the working directory, and otherwise against the folder of the application.
    /// </summary>
    /// <value>The default is <see langword="null"/>: the weights that the module has after its construction.</value>
    public string? Weights { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether <see cref="Weights"/> must contain every parameter and nothing else. Of a
    /// parameter with several names, the file can contain any one.
    /// </summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool Strict { get; set; } = true;

    /// <summary>
    /// The type to which the parameters of the module are converted, such as <c>Float16</c> or <c>BFloat16</c>. It is a name in
    /// TorchSharp's <c>ScalarType</c>.
    /// </summary>
    /// <value>The default is <see langword="null"/>: the type with which the parameters are constructed.</value>
    public string? ElementType { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether use changes the parameters. If so, they are copied back when the module leaves its
    /// device, and gradients stay enabled. The gradients move with the module, and their bytes are part of <see cref="WorkingBytes"/>.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsMutable { get; set; }

    /// <summary>
    /// The bytes that one use takes on the device in addition to the parameters: activations, gradients, and the memory that kernels
    /// need, such as the workspaces of cuBLAS.
    /// </summary>
    /// <value>The default is 0. The value must not be negative.</value>
    public long WorkingBytes { get; set; }
}
