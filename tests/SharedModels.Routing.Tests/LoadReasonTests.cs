using SharedModels.Routing.Nodes;

namespace SharedModels.Routing.Tests;

public sealed class LoadReasonTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void The_first_request_for_a_model_loads_it()
    {
        _cluster.Add("n1");

        Assert.Equal([("a", LoadReason.First)], Loads());
    }

    [Fact]
    public void A_request_that_needs_no_load_has_no_reason()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));

        Assert.Empty(Loads());
    }

    [Fact]
    public void A_model_in_host_memory_is_moved_but_not_loaded()
    {
        _cluster.Add("n1", 0, TestCluster.Absent("a") with { Presence = ModelPresence.OnHost });

        Assert.Empty(Loads());
    }

    [Fact]
    public void A_node_without_the_model_loads_it_when_the_others_are_busier()
    {
        _cluster.Add("n1", 60_000, TestCluster.Resident("a"));
        _cluster.Add("n2", 0, TestCluster.Absent("a"));

        Assert.Equal([("a", LoadReason.Spill)], Loads());
    }

    [Fact]
    public void A_node_without_the_model_loads_it_when_the_others_drain()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Report("n1", TestCluster.Load(0) with { IsDraining = true });
        _cluster.Add("n2", 0, TestCluster.Absent("a"));

        Assert.Equal([("a", LoadReason.Drain)], Loads());
    }

    [Fact]
    public void A_node_without_the_model_loads_it_when_the_others_are_lost()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 0, TestCluster.Absent("a"));
        _cluster.Router.Disconnected("n1");

        Assert.Equal([("a", LoadReason.Failover)], Loads());
    }

    [Fact]
    public void Each_model_of_a_request_has_its_reason()
    {
        _cluster.Add("n1", 60_000, TestCluster.Resident("a"));
        _cluster.Add("n2");

        Assert.Equal([("a", LoadReason.Spill), ("b", LoadReason.First)], Loads("a", "b"));
    }

    [Fact]
    public void The_version_of_a_model_is_described()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a") with { Version = 3 });

        Assert.Equal(3, Assert.Single(Assert.Single(_cluster.Router.Describe(_cluster.Now)).Models).Version);
    }

    private List<(string Model, LoadReason Reason)> Loads(params string[] models)
    {
        var route = _cluster.Route(models);
        Assert.NotNull(_cluster.Choose(route));
        return [.. _cluster.Router.LoadsOf(route, _cluster.Now)];
    }
}
