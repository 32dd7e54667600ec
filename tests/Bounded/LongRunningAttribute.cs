namespace SharedModels.Tests.Bounded;

/// <summary>Gives a test, or the tests and the fixtures of a class, more real time than <see cref="TestBound"/> gives others.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class LongRunningAttribute(double minutes) : Attribute
{
    public double Minutes { get; } = minutes;
}
