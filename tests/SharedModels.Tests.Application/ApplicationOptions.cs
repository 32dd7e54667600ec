namespace SharedModels.Tests.Application;

internal sealed class ApplicationOptions
{
    public string Name { get; set; } = "";
}
