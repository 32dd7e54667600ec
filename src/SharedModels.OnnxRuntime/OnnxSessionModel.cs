using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime;

/// <summary>An ONNX model without a class of its own. Leases provide the session.</summary>
internal sealed class OnnxSessionModel(OnnxModelOptions options, ILogger? logger) : OnnxModel(options, logger), IModelAdapter
{
    public Type ModelType => typeof(InferenceSession);

    public object Model => Session;
}
