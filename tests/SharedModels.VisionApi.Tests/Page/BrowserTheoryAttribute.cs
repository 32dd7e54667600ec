namespace SharedModels.VisionApi.Tests.Page;

/// <inheritdoc cref="BrowserFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Reason;

    public static string? Reason => File.Exists(Browser.Path) ? null : $"There is no {Browser.Path} (apt-get install chromium).";
}
