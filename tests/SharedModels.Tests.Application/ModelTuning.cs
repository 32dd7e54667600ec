namespace SharedModels.Tests.Application;

internal sealed class ModelTuning
{
    public float Threshold { get; set; }
}
