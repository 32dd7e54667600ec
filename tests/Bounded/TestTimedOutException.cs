namespace SharedModels.Tests.Bounded;

/// <summary>A test, or the fixture of a class or collection, did not finish within its bound.</summary>
internal sealed class TestTimedOutException(string name, TimeSpan bound) : Exception(
    $"{name} did not finish within {bound.TotalSeconds:0.###} s of real time and has been abandoned; what it started may still be running. "
    + $"If the machine is slow, set {TestBound.Variable} to more than 120. If the test needs longer, mark it with [LongRunning(minutes)].");
