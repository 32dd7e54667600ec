namespace SharedModels.Tests.Scheduling;

public sealed class WaitQueuesTests
{
    [Fact]
    public void A_holder_is_urgent_only_while_its_code_waits()
    {
        var parts = new SchedulerParts();
        var (a, b) = (parts.AddResident("a"), parts.AddResident("b"));
        var holder = parts.Hold(a);
        parts.Hold(b);
        var wait = parts.Wait(new TestRequest(b, new()) { HeldMeanwhile = [holder] });
        Assert.Equal([holder], parts.Queues.UrgentHolders);
        parts.Queues.Dequeue(wait);
        Assert.Empty(parts.Queues.UrgentHolders);
    }
}
