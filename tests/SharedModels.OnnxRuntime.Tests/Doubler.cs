using Microsoft.Extensions.Options;

namespace SharedModels.OnnxRuntime.Tests;

/// <summary>A model with code of its own around the session.</summary>
[SharedModel("doubler")]
internal sealed class Doubler(IOptionsMonitor<OnnxModelOptions> options) : OnnxModel(options.CurrentValue)
{
    public float Double(float number) => TinyModel.Multiply(Session, number, 0, 0, 0)[0];
}
