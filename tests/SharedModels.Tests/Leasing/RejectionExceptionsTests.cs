using SharedModels.Leasing;
using SharedModels.Scheduling.Decisions;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

public sealed class RejectionExceptionsTests
{
    [Fact]
    public void Several_models_in_use_are_named_in_the_plural()
    {
        var rejection = new Rejection(RejectionReason.TimedOut)
        {
            Device = FakeAccelerator.Device, QueueLength = 2, HeldModels = ["a", "b"], HeldFor = TimeSpan.FromSeconds(25),
        };
        Assert.Contains(
            "models 'a', 'b' have been in use for up to 25 s on device fake:0 and 2 requests are waiting",
            rejection.ToException("c", TimeSpan.FromSeconds(20)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "models 'a', 'b' could not be evicted because they are in use",
            (rejection with { Reason = RejectionReason.OutOfMemory }).ToException("c", TimeSpan.FromSeconds(20)).Message,
            StringComparison.Ordinal);
    }
}
