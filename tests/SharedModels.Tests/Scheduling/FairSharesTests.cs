using FsCheck;
using FsCheck.Fluent;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>Tenants get device time in proportion to their weights, whatever number of requests each has.</summary>
public sealed class FairSharesTests
{
    private readonly SchedulerWorld _world = new(
        maxQueueLength: 10_000,
        change: static policy => policy with
        {
            TenantWeights = new Dictionary<string, double> { ["heavy"] = 3 },
            PriorityAging = long.MaxValue,
        });

    [Fact]
    public void Without_tenants_requests_go_in_the_order_of_arrival_whatever_their_holds()
    {
        var model = _world.AddResident("m");
        var held = _world.Acquire(model);
        var random = new Random(1);
        var requests = new List<TestRequest>();
        for (var i = 0; i < 200; i++)
        {
            requests.Add(_world.Acquire(model));
            if (random.Next(3) != 0)
                continue;
            _world.Advance(random.Next(1_000));
            _world.Release(held);
            held = requests.Find(static request => request.IsHeld)!;
        }

        while (requests.Find(static request => request.IsHeld) is { } last)
            _world.Release(last);
        Assert.Equal(requests, requests.OrderBy(static request => request.GrantNumber));
        Assert.DoesNotContain(requests, static request => request.GrantNumber == 0);
    }

    [Fact]
    public void A_tenant_with_a_flood_of_requests_gets_no_more_than_its_share()
    {
        var model = _world.AddResident("m");
        var held = Acquire(model, "first");
        var flood = Enumerable.Range(0, 500).Select(_ => Acquire(model, "flood")).ToList();
        var others = Enumerable.Range(0, 9).SelectMany(tenant => Enumerable.Range(0, 5).Select(_ => Acquire(model, $"t{tenant}"))).ToList();
        var order = Serve(held, [.. flood, .. others], 50);
        Assert.InRange(order.Count(static request => request.Tenant == "flood"), 5, 6);
        Assert.All(others, static request => Assert.True(request.GrantNumber > 0));
    }

    [Fact]
    public void Shares_are_those_of_the_weights_and_of_the_time_that_requests_take()
    {
        var model = _world.AddResident("m");
        var held = Acquire(model, "first");
        var requests = new List<TestRequest>();
        var time = new Dictionary<string, long> { ["heavy"] = 0, ["slow"] = 0, ["light"] = 0 };
        for (var i = 0; i < 3_000; i++)
        {
            // Each tenant always has some requests waiting.
            foreach (var tenant in time.Keys)
            {
                if (requests.Count(request => request.IsWaiting && request.Tenant == tenant) < 3)
                    requests.Add(Acquire(model, tenant));
            }

            var hold = held.Tenant == "slow" ? 40_000 : 10_000;
            _world.Advance(hold);
            if (time.ContainsKey(held.Tenant!))
                time[held.Tenant!] += hold;
            _world.Release(held);
            requests.Remove(held);
            held = requests.Find(static request => request.IsHeld)!;
        }

        Assert.Equal(3, (double)time["heavy"] / time["light"], 0.2);
        Assert.Equal(1, (double)time["slow"] / time["light"], 0.2);
    }

    [Fact]
    public void Requests_that_wait_behind_slow_ones_of_their_tenant_move_back()
    {
        var model = _world.AddResident("m");
        var first = Acquire(model, "first");
        var held = Serve(first, [.. Enumerable.Range(0, 20).Select(_ => Acquire(model, "before"))], 20)[^1];
        var slow = Enumerable.Range(0, 100).Select(_ => Acquire(model, "slow")).ToList();
        var light = Enumerable.Range(0, 100).Select(_ => Acquire(model, "light")).ToList();
        var time = new Dictionary<string, long> { ["before"] = 0, ["slow"] = 0, ["light"] = 0 };
        for (var i = 0; i < 100; i++)
        {
            var hold = held.Tenant == "slow" ? 100_000 : 10_000;
            _world.Advance(hold);
            time[held.Tenant!] += hold;
            _world.Release(held);
            held = slow.Concat(light).Single(static request => request.IsHeld);
        }

        Assert.Equal(1, (double)time["slow"] / time["light"], 0.25);
        Assert.Equal(slow, slow.OrderBy(static request => request.GrantNumber == 0 ? int.MaxValue : request.GrantNumber));
    }

    [Fact]
    public void Requests_that_are_canceled_do_not_count()
    {
        var model = _world.AddResident("m");
        var held = Acquire(model, "first");
        var canceled = Enumerable.Range(0, 50).Select(_ => Acquire(model, "a")).ToList();
        var (kept, others) = (Acquire(model, "a"), Enumerable.Range(0, 10).Select(_ => Acquire(model, "b")).ToList());
        canceled.ForEach(request => _world.Cancel(request));
        Serve(held, [kept, .. others], 3);
        Assert.InRange(kept.GrantNumber - held.GrantNumber, 1, 3);
    }

    [Fact]
    public void Requests_of_a_tenant_stay_in_their_order_whatever_is_canceled_and_however_long_others_take() =>
        Prop.ForAll<int[]>(static numbers =>
        {
            var world = new SchedulerWorld(maxQueueLength: 10_000);
            var model = world.AddResident("m");
            var all = new List<TestRequest>();
            foreach (var number in numbers.Select(Math.Abs))
            {
                var held = all.Find(static request => request.IsHeld);
                var waiting = all.Where(static request => request.IsWaiting).ToList();
                switch (number % 4)
                {
                    case 0 or 1:
                        all.Add(Acquire(model, $"t{number / 4 % 3}", world));
                        break;
                    case 2 when waiting.Count > 0:
                        world.Cancel(waiting[number / 4 % waiting.Count]);
                        break;
                    case 3 when held is not null:
                        world.Advance(1_000 * (1 + number % 97));
                        world.Release(held);
                        break;
                }
            }

            foreach (var tenant in all.Where(static request => request.GrantNumber > 0).GroupBy(static request => request.Tenant))
                Assert.Equal(tenant, tenant.OrderBy(static request => request.GrantNumber));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_group_is_charged_until_its_last_lease_on_the_device_ends()
    {
        var (first, second) = (_world.AddResident("m"), _world.AddResident("n"));
        var held = AcquireGroup(first, second);
        var (next, other) = (Acquire(first, "group"), Acquire(first, "single"));
        var last = Acquire(first, "single");
        _world.Release(held.Leases[0]);
        Assert.True(next.IsWaiting);
        _world.Advance(10_000_000);
        _world.Release(held.Leases[1]);
        Serve(new[] { next, other, last }.Single(static request => request.IsHeld), [next, other, last], 1);
        Assert.True(next.GrantNumber == 0 || next.GrantNumber > other.GrantNumber);
    }

    [Fact]
    public void A_group_on_one_device_is_charged_once()
    {
        var (first, second) = (_world.AddResident("m"), _world.AddResident("n"));
        var held = Acquire(first, "first");
        var groups = Enumerable.Range(0, 20).Select(_ => AcquireGroup(first, second)).ToList();
        var singles = Enumerable.Range(0, 20).Select(_ => Acquire(first, "single")).ToList();
        var order = Serve(held, [.. groups, .. singles], 20);
        Assert.InRange(order.Count(static request => request.Tenant == "group"), 9, 11);
    }

    [Fact]
    public void A_tenant_that_was_idle_does_not_save_up_its_share()
    {
        var model = _world.AddResident("m");
        var held = Acquire(model, "busy");
        for (var i = 0; i < 50; i++)
        {
            var next = Acquire(model, "busy");
            _world.Advance(10_000);
            _world.Release(held);
            held = next;
        }

        var busy = Enumerable.Range(0, 10).Select(_ => Acquire(model, "busy")).ToList();
        var idle = Enumerable.Range(0, 10).Select(_ => Acquire(model, "idle")).ToList();
        var order = Serve(held, [.. busy, .. idle], 10);
        Assert.InRange(order.Count(static request => request.Tenant == "idle"), 4, 6);
    }

    [Fact]
    public void A_full_queue_takes_a_request_of_another_tenant_in_place_of_the_last_of_the_flood()
    {
        var world = new SchedulerWorld(maxQueueLength: 4);
        var model = world.AddResident("m");
        world.Acquire(model);
        var flood = Enumerable.Range(0, 4).Select(_ => Acquire(model, "flood", world)).ToList();
        var other = Acquire(model, "other", world);
        Assert.Equal((true, false), (other.IsWaiting, flood[3].IsWaiting));
        var more = Acquire(model, "flood", world);
        Assert.False(more.IsWaiting);
        Assert.Equal(3, flood.Count(static request => request.IsWaiting));
    }

    [Fact]
    public void A_tenant_with_the_smallest_weight_stays_last_after_years_of_use()
    {
        var policy = new SchedulingPolicy { TenantWeights = new Dictionary<string, double> { ["small"] = 0.001 } };
        var shares = new FairShares();
        var model = _world.AddResident("m");
        for (var day = 0; day < 3_650; day++)
        {
            var request = new TestRequest(model, new LeaseHolder()) { Tenant = "small" };
            shares.Place(request, cost: TimeSpan.TicksPerDay, policy);
            Assert.Equal(0, FairShares.Charge(request, held: TimeSpan.TicksPerDay, policy));
            Assert.True(shares.Peek("small") > shares.Peek("other"), $"The order is wrong after {day} days.");
        }
    }

    [Fact]
    public void Requests_of_one_start_have_different_places_and_the_number_of_known_tenants_is_limited()
    {
        var shares = new FairShares();
        var model = _world.AddResident("m");
        var places = new HashSet<Int128>();
        for (var i = 0; i < 70_000; i++)
        {
            var request = new TestRequest(model, new LeaseHolder()) { Tenant = $"session {i}" };
            shares.Place(request, cost: 10_000, _world.Policy);
            Assert.True(places.Add(request.Sequence));
            Assert.InRange(shares.TenantCount, 1, 1_024);
            shares.Serve(request);
        }
    }

    private List<TestRequest> Serve(TestRequest held, List<TestRequest> waiting, int count)
    {
        var order = new List<TestRequest>();
        while (order.Count < count)
        {
            _world.Advance(10_000);
            _world.Release(held);
            held = waiting.Find(static request => request.IsHeld)!;
            order.Add(held);
        }

        return order;
    }

    private TestRequest Acquire(TestModel model, string tenant) => Acquire(model, tenant, _world);

    private static TestRequest Acquire(TestModel model, string tenant, SchedulerWorld world)
    {
        var request = new TestRequest(model, new LeaseHolder()) { Tenant = tenant };
        world.Acquire(request);
        return request;
    }

    private TestRequest AcquireGroup(params TestModel[] models)
    {
        var group = _world.Group(new LeaseHolder(), models);
        foreach (var request in group.Leases.Append(group))
            request.Tenant = "group";
        _world.Acquire(group);
        return group;
    }
}
