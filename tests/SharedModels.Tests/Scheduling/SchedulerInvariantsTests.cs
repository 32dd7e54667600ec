#if DEBUG
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Tests.Scheduling;

/// <summary>Debug builds report a broken guarantee instead of continuing.</summary>
public sealed class SchedulerInvariantsTests
{
    private readonly SchedulerParts _parts = new();
    private readonly SchedulerInvariants _invariants;

    public SchedulerInvariantsTests() => _invariants = new(_parts.State, new(_parts.State, _parts.Queues));

    [Fact]
    public void A_grant_of_a_model_without_a_free_lease_names_the_guarantee_and_the_model()
    {
        var model = _parts.AddResident("a");
        _parts.Hold(model);
        AssertBroken("Exclusive", "'a'", () => _parts.Hold(model));
    }

    [Fact]
    public void A_grant_on_a_device_without_a_free_slot_names_the_guarantee_and_the_device()
    {
        for (var i = 0; i < _parts.Accelerator.MaxConcurrentHolders; i++)
            _parts.Hold(_parts.AddResident($"m{i}"));
        AssertBroken("Exclusive", "fake:0", () => _parts.Hold(_parts.AddResident("further")));
    }

    [Fact]
    public void A_valid_state_passes()
    {
        var (a, b) = (_parts.AddResident("a"), _parts.AddLoaded("b"));
        _parts.Hold(a);
        _parts.Wait(a, new());
        _parts.Wait(new TestRequest(b, new()) { Priority = 2 });
        _parts.Wait(new TestRequest(b, new(), isPreload: true));
        _parts.Lifecycle.TryEvict(_parts.AddResident("leaving"), freeHost: true, now: 0);
        _invariants.Check();
        _invariants.CheckWorkConserving(_parts.Accelerator, now: 0);
    }

    [Fact]
    public void A_model_that_is_used_off_its_device_is_reported()
    {
        _parts.AddLoaded("a").Users = 1;
        AssertBroken("No eviction while in use", "'a' is in use and OnHost");
    }

    [Fact]
    public void A_wait_that_cannot_end_is_reported()
    {
        var model = _parts.AddModel("a");
        _parts.Wait(model, new());
        _parts.State.IsShuttingDown = true;
        AssertBroken("Every wait completes", "'a' waits in a shutdown");
        _parts.State.IsShuttingDown = false;
        _parts.Accelerator.PutOutOfService(Failure.Of(new IOException()), now: 0, _parts.State.Policy);
        AssertBroken("Every wait completes", "'a' waits on a lost device");
        model.Detach();
        _parts.Accelerator.CountWaiting();
        AssertBroken("Every wait completes", "'a' waits on no device");
    }

    [Fact]
    public void Miscounted_bytes_are_reported()
    {
        var (memory, other) = (_parts.Accelerator.Memory, new MemoryReservation());
        memory.Resize(other, 5);
        AssertBroken("Budget", "the used bytes of fake:0");
        memory.Resize(other, 0);
        memory.BeginUse(5);
        memory.Resize(other, -5);
        AssertBroken("Budget", "the working bytes of fake:0");
        memory.EndUse(5);
        memory.Resize(other, 0);
        memory.BeginLeaving(new MemoryReservation { Bytes = 5 });
        AssertBroken("Budget", "the leaving bytes of fake:0");
    }

    [Fact]
    public void Memory_of_a_model_that_is_freed_is_reported()
    {
        var (host, device) = (_parts.AddModel("host"), _parts.AddModel("device"));
        _parts.State.Host.Resize(host.HostMemory, 5);
        AssertBroken("Budget", "'host' is freed but has memory");
        _parts.State.Host.Release(host.HostMemory);
        _parts.Accelerator.Memory.Resize(device.DeviceMemory, 5);
        AssertBroken("Budget", "'device' is freed but has memory");
    }

    [Fact]
    public void Miscounted_requests_are_reported()
    {
        var (device, model) = (_parts.Accelerator, _parts.AddLoaded("a"));
        _parts.Wait(model, new());
        device.QueueLength++;
        AssertBroken("Queue", "the queue of fake:0");
        device.QueueLength--;
        device.PreloadCount++;
        AssertBroken("Queue", "the preloads of fake:0");
        device.PreloadCount--;
        device.UnplacedModels++;
        AssertBroken("Queue", "the unplaced models of fake:0");
        device.UnplacedModels--;
        model.PendingRequests++;
        AssertBroken("Queue", "the pending requests for 'a'");
    }

    [Fact]
    public void Heads_that_are_missing_or_out_of_order_are_reported()
    {
        var (a, b) = (_parts.AddLoaded("a"), _parts.AddLoaded("b"));
        var (first, second) = (_parts.Wait(a, new()), _parts.Wait(b, new()));
        (first.Sequence, second.Sequence) = (second.Sequence, first.Sequence);
        AssertBroken("Queue", "the heads of fake:0 are out of order");
        _parts.Accelerator.Heads.Clear();
        AssertBroken("Queue", "the heads of fake:0 are wrong");
    }

    [Fact]
    public void A_slot_without_a_lease_and_a_misplaced_model_are_reported()
    {
        _parts.Accelerator.TakeSlot(new(), now: 0);
        AssertBroken("Exclusive", "has a slot on fake:0");
        _parts.Host.Models.Add(_parts.AddLoaded("a"));
        AssertBroken("Queue", "cpu lists models that are elsewhere");
    }

    [Fact]
    public void A_request_that_waits_although_it_could_be_granted_is_reported()
    {
        var model = _parts.AddResident("a");
        _parts.Wait(new TestRequest(model, new()) { Priority = 0 });
        AssertBroken("Work-conserving", "'a'", () => _invariants.CheckWorkConserving(_parts.Accelerator, now: 0));
        _parts.Hold(model);
        _invariants.CheckWorkConserving(_parts.Accelerator, now: 0);
    }

    [Fact]
    public void Endless_decisions_are_reported()
    {
        var rounds = 9_998;
        SchedulerInvariants.AssertEnds(ref rounds);
        AssertBroken("Every wait completes", "decisions undo each other", () => SchedulerInvariants.AssertEnds(ref rounds));
    }

    public static TheoryData<string> Events =>
    [
        "grant immediately", "wait for a turn", "cancel", "release", "try in vain to evict", "shut down", "let time pass",
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_is_followed_by_a_check(string name)
    {
        var scheduler = new LeaseScheduler(new());
        var device = new ScheduledDevice(new Device("fake"), 100, 4, 100);
        var model = new TestModel(new ModelSettings("a") { Candidates = [device] }, 10);
        scheduler.Add(device);
        scheduler.Add(model, now: 0);
        scheduler.TryAcquire(new TestRequest(model, new(), isPreload: true), now: 0);
        scheduler.Loaded(model, model.ActualFootprint, now: 0);
        scheduler.Moved(model, now: 0);
        TestRequest[] requests = [new(model, new()), new(model, new()), new(model, new())];
        foreach (var request in requests[..(name is "grant immediately" ? 0 : name is "release" ? 1 : 3)])
            scheduler.TryAcquire(request, now: 0);
        device.Memory.BeginLeaving(new MemoryReservation { Bytes = 1 });
        AssertBroken("Budget", "the leaving bytes of fake:0", () => Do(name));

        void Do(string name)
        {
            switch (name)
            {
                case "grant immediately" or "wait for a turn":
                    scheduler.TryAcquire(new TestRequest(model, new()), now: 0);
                    break;
                case "cancel":
                    scheduler.TryCancel(requests[2], now: 0);
                    break;
                case "release":
                    scheduler.Release(requests[0], now: 0);
                    break;
                case "try in vain to evict":
                    scheduler.TryEvict(model, now: 0);
                    break;
                case "shut down":
                    scheduler.BeginShutdown(now: 0);
                    break;
                case "let time pass":
                    scheduler.Advance(now: 1);
                    break;
            }
        }
    }

    private void AssertBroken(string guarantee, string message) => AssertBroken(guarantee, message, () => _invariants.Check());

    private static void AssertBroken(string guarantee, string message, Action check)
    {
        var failure = Assert.Throws<InvalidOperationException>(check);
        Assert.Contains($"'{guarantee}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}
#endif
