namespace SharedModels.Tests.Bounded;

/// <summary>Gives a test, or the tests and fixtures of a class, more real time than the default of <see cref="TestBound"/>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class LongRunningAttribute(double minutes) : Attribute
{
    public double Minutes { get; } = minutes;
}
