namespace SharedModels.Tests.Browsing;

/// <inheritdoc cref="BrowserFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Reason;

    public static string? Reason => File.Exists(Chromium.Path) ? null : $"There is no {Chromium.Path} (apt-get install chromium).";
}
