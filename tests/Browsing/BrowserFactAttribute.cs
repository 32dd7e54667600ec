namespace SharedModels.Tests.Browsing;

/// <summary>A test in a browser: skipped, saying so, on a machine without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = BrowserTheoryAttribute.Reason;
}
