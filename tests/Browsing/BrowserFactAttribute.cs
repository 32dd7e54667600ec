namespace SharedModels.Tests.Browsing;

/// <summary>A test in a browser. It is skipped, with a reason, on a machine without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = BrowserTheoryAttribute.Reason;
}
