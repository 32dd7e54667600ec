using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class LeaseSchedulerOrderTests
{
    private const int Low = 0;
    private const int High = 2;

    [Fact]
    public void Requests_for_the_model_on_the_device_are_served_together()
    {
        var world = new SchedulerWorld(budget: 10);
        var models = "ABC".Select(name => world.AddModel(name.ToString())).ToList();
        var requests = Enumerable.Range(0, 9).Select(i => world.Acquire(models[i % 3])).ToList();
        Assert.Equal("AAABBBCCC", Serve(world, requests));
        Assert.All(models, model => Assert.Equal(1, model.Loads));
        Assert.Equal([1, 1, 0], models.Select(model => (int)model.Evictions));
    }

    [Theory]
    [InlineData(0, "ABABABABAB")]
    [InlineData(2, "AAABBBBBAA")]
    [InlineData(16, "AAAAABBBBB")]
    public void A_request_is_bypassed_no_more_often_than_the_bound_allows(int maxBypass, string expected)
    {
        var world = new SchedulerWorld(budget: 10, maxBypass: maxBypass);
        var a = world.AddResident("A");
        var b = world.AddModel("B");
        var requests = Enumerable.Range(0, 10).Select(i => world.Acquire(i % 2 == 0 ? a : b)).ToList();
        Assert.Equal(expected, Serve(world, requests));
    }

    [Fact]
    public void A_stream_of_requests_for_the_resident_model_starves_no_request()
    {
        var world = new SchedulerWorld(budget: 10);
        var resident = world.AddResident("resident");
        var wanted = world.AddModel("wanted");
        var held = world.Acquire(resident);
        var starving = world.Acquire(wanted);
        var served = 0;
        while (!starving.IsHeld)
        {
            var next = world.Acquire(resident);
            world.Release(held);
            world.FinishAll();
            served += next.IsHeld ? 1 : 0;
            Assert.InRange(served, 0, 16);
            held = next;
        }

        Assert.Equal(16, served);
    }

    [Fact]
    public void Halfway_to_the_bound_room_is_made_while_another_model_computes()
    {
        var world = new SchedulerWorld(budget: 20, maxBypass: 4);
        var busy = world.AddResident("busy");
        var other = world.AddResident("other");
        var wanted = world.AddModel("wanted");
        var held = world.Acquire(busy);
        world.Acquire(wanted);
        var waiting = new[] { other, busy, busy, other }.Select(model => world.Acquire(model)).ToList();
        world.FinishAll();
        world.Release(held);
        world.Release(waiting[0]);
        Assert.True(waiting[1].IsHeld);
        Assert.True(world.IsUnderWay(SchedulerEffectKind.Evict, other));
        world.FinishAll();
        Assert.Equal(ModelResidency.OnDevice, wanted.Residency);
        Assert.True(waiting[1].IsHeld);
    }

    [Fact]
    public void Models_that_need_the_same_room_do_not_evict_each_other()
    {
        var world = new SchedulerWorld(budget: 20, maxBypass: 0);
        var busy = world.AddResident("busy");
        world.Acquire(busy);
        world.Acquire(world.AddModel("old and low"), priority: Low);
        world.Acquire(world.AddModel("young and high"), priority: High);
        for (var i = 0; i < 10 && world.Work.Count > 0; i++)
            world.Finish(world.Work[0]);
        Assert.Empty(world.Work);
    }

    [Fact]
    public void Waiting_for_a_model_in_use_does_not_count_as_being_bypassed()
    {
        var world = new SchedulerWorld(slots: 2, maxBypass: 1);
        var taken = world.AddResident("taken");
        var other = world.AddResident("other");
        var held = world.Acquire(taken);
        var patient = world.Acquire(taken);
        for (var i = 0; i < 10; i++)
        {
            var request = world.Acquire(other);
            Assert.True(request.IsHeld);
            world.Release(request);
        }

        world.Release(held);
        Assert.True(patient.IsHeld);
    }

    [Fact]
    public void Higher_priorities_go_first_and_equal_priorities_in_their_order()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        var held = world.Acquire(model);
        var low = world.Acquire(model, priority: Low);
        var normal = world.Acquire(model);
        var high = world.Acquire(model, priority: High);
        var high2 = world.Acquire(model, priority: High);
        world.Release(held);
        foreach (var expected in new[] { high, high2, normal, low })
        {
            Assert.True(expected.IsHeld);
            world.Release(expected);
        }
    }

    [Fact]
    public void A_low_priority_rises_with_age_until_it_is_the_oldest_of_the_highest()
    {
        var world = new SchedulerWorld();
        var model = world.AddResident("a");
        var held = world.Acquire(model);
        var low = world.Acquire(model, priority: Low);
        world.Now += TimeSpan.FromSeconds(19).Ticks;
        var high = world.Acquire(model, priority: High);
        world.Release(held);
        Assert.True(high.IsHeld);
        var another = world.Acquire(model, priority: High);
        world.Now += TimeSpan.FromSeconds(1).Ticks;
        world.Release(high);
        Assert.True(low.IsHeld);
        Assert.True(another.IsWaiting);
    }

    [Fact]
    public void The_model_that_is_requested_least_is_evicted_first()
    {
        var world = new SchedulerWorld(budget: 20);
        var popular = world.AddResident("popular");
        var rare = world.AddModel("rare");
        popular.MeasureMove(popular.StepStartedAt + 1);
        rare.MeasureMove(rare.StepStartedAt + 1);
        for (var i = 0; i < 5; i++)
            world.Release(world.Acquire(popular));
        world.Now++;
        var first = world.Acquire(rare);
        world.FinishAll();
        world.Release(first);
        popular.MeasureMove(popular.StepStartedAt + 1);
        rare.MeasureMove(rare.StepStartedAt + 1);
        world.Acquire(world.AddModel("wanted"));
        world.FinishAll();
        Assert.Equal(ModelResidency.OnHost, rare.Residency);
        Assert.Equal(ModelResidency.OnDevice, popular.Residency);
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(64, 16)]
    [InlineData(68, 17)]
    [InlineData(200, 50)]
    [InlineData(1000, 64)]
    public void The_bypass_bound_grows_with_the_queue(int queue, int expected) =>
        Assert.Equal(expected, new SchedulingPolicy().BypassBound(queue));

    [Fact]
    public void Popularity_halves_with_each_half_life()
    {
        var popularity = new Popularity();
        popularity.Count(0, 100);
        popularity.Count(100, 100);
        Assert.Equal(1.5, popularity.At(100, 100), 9);
        Assert.Equal(0.375, popularity.At(300, 100), 9);
    }

    /// <summary>Serves all requests, one at a time, and returns the names of their models.</summary>
    private static string Serve(SchedulerWorld world, List<TestRequest> requests)
    {
        var served = "";
        while (served.Length < requests.Count)
        {
            world.FinishAll();
            var held = Assert.Single(requests, request => request.IsHeld);
            served += held.ScheduledModel.Id;
            world.Release(held);
        }

        return served;
    }
}
