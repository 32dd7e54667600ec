using System.ComponentModel.DataAnnotations;

namespace SharedModels.OnnxRuntime;

/// <summary>
/// The options of an ONNX model. The configuration section <c>SharedModels:Models:&lt;id&gt;</c> can set them for models of
/// <c>AddOnnxModel</c>.
/// </summary>
/// <remarks>Not safe for use by several threads while they are changed. A session reads them when it is created.</remarks>
public class OnnxModelOptions : IValidatableObject
{
    /// <summary>The model's file, such as <c>models/minilm.onnx</c>. Files with external data are read from the same folder.</summary>
    /// <remarks>
    /// A relative path is resolved against the working directory, and if there is no such file, against the folder of the application.
    /// </remarks>
    /// <value>The default is empty. The path must be set before the model is loaded.</value>
    public string Path { get; set; } = "";

    /// <summary>
    /// The execution provider that computes the model, such as <c>CPU</c>, <c>CUDA</c>, <c>TensorRT</c>, <c>OpenVINO</c>, <c>DML</c> or
    /// <c>CoreML</c>. The suffix <c>ExecutionProvider</c> can be omitted. Case is ignored.
    /// </summary>
    /// <value>
    /// The default is <see langword="null"/>: <c>CPU</c> on the CPU, and <c>CUDA</c> on CUDA devices. A provider that is set here is used
    /// on every device that the manager chooses.
    /// </value>
    public string? ExecutionProvider { get; set; }

    /// <summary>The settings of the execution provider, such as <c>cudnn_conv_algo_search</c> of CUDA.</summary>
    /// <remarks>
    /// On CUDA devices, the manager's device is always passed as <c>device_id</c>, and <c>arena_extend_strategy</c> is
    /// <c>kSameAsRequested</c> unless it is set, so that the arena does not take twice what it needs.
    /// </remarks>
    public Dictionary<string, string> ProviderOptions { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// ONNX Runtime's configuration entries of the session, such as <c>session.set_denormal_as_zero</c>. See
    /// <c>onnxruntime_session_options_config_keys.h</c>.
    /// </summary>
    public Dictionary<string, string> SessionEntries { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The bytes that one use takes in addition to the model: the intermediate results of the largest input. They are reserved while the
    /// model is leased.
    /// </summary>
    /// <remarks>
    /// On CUDA devices, the arena of a session keeps them after the use, and no budget counts that. Leave room for it, or limit the arena
    /// with <c>gpu_mem_limit</c> in <see cref="ProviderOptions"/>.
    /// </remarks>
    /// <value>The default is 0.</value>
    public long WorkingBytes { get; set; }

    /// <summary>
    /// A folder for optimized graphs. The first session writes the graph there as ONNX Runtime has optimized it, and later sessions start
    /// from that file. They need less time and memory, above all for convolutional networks.
    /// </summary>
    /// <remarks>
    /// A file belongs to the size and the time of the model's file, to the version of ONNX Runtime, to the processor's instruction set and
    /// to the options. Files of other versions of the model with the same options are deleted, and those for other options are kept. A file
    /// that cannot be loaded is deleted and written again. Only the application should be able to write to the folder. Models with external
    /// data are not cached.
    /// </remarks>
    /// <value>The default is <see langword="null"/>: nothing is written.</value>
    public string? OptimizedGraphFolder { get; set; }

    /// <summary>Checks the values, without looking at files.</summary>
    /// <param name="validationContext">The context. Its display name is the path of the section.</param>
    /// <returns>A message for each invalid value.</returns>
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        ArgumentNullException.ThrowIfNull(validationContext);
        var section = validationContext.DisplayName;
        if (string.IsNullOrWhiteSpace(Path))
            yield return new($"{section}:{nameof(Path)} is empty. Set it to the model's file, such as models/minilm.onnx.");
        if (WorkingBytes < 0)
            yield return new($"{section}:{nameof(WorkingBytes)} is {WorkingBytes}. The value must not be negative.");
    }
}
