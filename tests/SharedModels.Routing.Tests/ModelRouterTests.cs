namespace SharedModels.Routing.Tests;

public sealed class ModelRouterTests
{
    private static readonly string[] Nodes = ["n1", "n2", "n3", "n4", "n5", "n6"];

    private readonly TestCluster _cluster = new();

    [Fact]
    public void A_request_goes_to_the_node_that_has_the_model()
    {
        _cluster.Add("n1");
        _cluster.Add("n2", 0, TestCluster.Resident("a"));
        _cluster.Add("n3");

        var choice = _cluster.Choose(_cluster.Route());

        Assert.Equal(("n2", NodeChoiceKind.Warm), (choice!.Value.Node, choice.Value.Kind));
    }

    [Fact]
    public void Among_nodes_that_have_the_model_the_shortest_wait_wins()
    {
        _cluster.Add("n1", 300, TestCluster.Resident("a"));
        _cluster.Add("n2", 100, TestCluster.Resident("a"));
        _cluster.Add("n3", 200, TestCluster.Resident("a"));

        var choice = _cluster.Choose(_cluster.Route())!.Value;

        Assert.Equal("n2", choice.Node);
        Assert.Equal(TimeSpan.FromMilliseconds(100), choice.ExpectedWait);
    }

    [Fact]
    public void The_wait_budget_is_the_wait_of_the_second_best_node_and_the_tolerance()
    {
        _cluster.Add("n1", 300, TestCluster.Resident("a"));
        _cluster.Add("n2", 100, TestCluster.Resident("a"));

        Assert.Equal(TimeSpan.FromMilliseconds(310), _cluster.Choose(_cluster.Route())!.Value.WaitBudget);
    }

    [Fact]
    public void The_only_node_that_can_serve_a_request_gets_it_without_a_budget()
    {
        _cluster.Add("n1", 300, TestCluster.Resident("a"));

        Assert.Null(_cluster.Choose(_cluster.Route())!.Value.WaitBudget);
    }

    [Fact]
    public void Requests_that_were_sent_since_the_last_report_count()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 0, TestCluster.Resident("a"));

        var sent = Enumerable.Range(0, 10).Select(_ => _cluster.Send()!).CountBy(static node => node).ToDictionary();

        Assert.Equal(5, sent["n1"]);
        Assert.Equal(5, sent["n2"]);
    }

    [Fact]
    public void A_report_replaces_the_own_count_of_requests()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        for (var i = 0; i < 20; i++)
            _cluster.Send();
        _cluster.Advance(100);

        _cluster.Change("n1", 70);

        Assert.Equal(TimeSpan.FromMilliseconds(70), _cluster.Choose(_cluster.Route())!.Value.ExpectedWait);
    }

    [Fact]
    public void A_request_that_was_sent_just_before_a_report_still_counts()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Send();
        _cluster.Advance(1);

        _cluster.Change("n1", 70);

        Assert.Equal(TimeSpan.FromMilliseconds(120), _cluster.Choose(_cluster.Route())!.Value.ExpectedWait);
    }

    [Fact]
    public void A_request_that_has_ended_no_longer_counts()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        var route = _cluster.Route();
        _cluster.Send(route);

        _cluster.Router.Ended(route);

        Assert.Equal(TimeSpan.Zero, _cluster.Choose(_cluster.Route())!.Value.ExpectedWait);
        Assert.Equal(0, _cluster.Router.InFlight);
    }

    [Fact]
    public void A_reported_wait_becomes_shorter_with_time()
    {
        _cluster.Add("n1", 300, TestCluster.Resident("a"));

        _cluster.Advance(200);

        Assert.Equal(TimeSpan.FromMilliseconds(100), _cluster.Choose(_cluster.Route())!.Value.ExpectedWait);
    }

    [Fact]
    public void All_routers_choose_the_same_node_for_a_cold_model()
    {
        var other = new TestCluster(new() { Seed = 99 });
        foreach (var node in Nodes)
            _cluster.Add(node);
        foreach (var node in Nodes.Reverse())
            other.Add(node);

        Assert.Equal(_cluster.Choose(_cluster.Route()), other.Choose(other.Route()));
        Assert.Equal(NodeChoiceKind.Cold, _cluster.Choose(_cluster.Route())!.Value.Kind);
    }

    [Fact]
    public void Requests_follow_the_first_one_to_the_node_that_loads_their_model()
    {
        foreach (var node in Nodes)
            _cluster.Add(node, 0, TestCluster.Absent("a"));

        var nodes = Enumerable.Range(0, 10).Select(_ => _cluster.Send()).Distinct();

        Assert.Single(nodes);
    }

    [Fact]
    public void A_report_from_before_the_request_does_not_undo_the_expected_load()
    {
        foreach (var node in Nodes)
            _cluster.Add(node, 0, TestCluster.Absent("a"));
        var first = _cluster.Send()!;
        _cluster.Advance(2);

        _cluster.Change(first, 0, TestCluster.Absent("a"));

        var next = _cluster.Choose(_cluster.Route())!.Value;
        Assert.Equal((first, NodeChoiceKind.Warm), (next.Node, next.Kind));
    }

    [Fact]
    public void A_model_is_loaded_on_a_further_node_once_waiting_costs_more()
    {
        _cluster.Add("n1", 400, TestCluster.Resident("a"));
        _cluster.Add("n2", 0, TestCluster.Absent("a", 200));

        Assert.Equal("n1", _cluster.Choose(_cluster.Route())!.Value.Node);
        _cluster.Change("n1", 1000);
        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void Waiting_requests_for_a_model_share_the_weight_of_its_load()
    {
        _cluster.Add("n1", 400, TestCluster.Resident("a", queued: 1));
        _cluster.Add("n2", 0, TestCluster.Absent("a", 200));

        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void The_queue_of_a_model_on_many_nodes_justifies_a_load_that_a_single_wait_does_not()
    {
        foreach (var node in Nodes[..5])
            _cluster.Add(node, 500, TestCluster.Resident("a", queued: 10));
        _cluster.Add("n6", 0, TestCluster.Absent("a", 1000));

        Assert.Equal("n6", _cluster.Send());

        // The load that has begun serves the next requests.
        Assert.NotEqual(NodeChoiceKind.Cold, _cluster.Choose(_cluster.Route())!.Value.Kind);
    }

    [Fact]
    public void A_node_with_the_model_in_host_memory_is_preferred_to_one_without_it()
    {
        foreach (var node in Nodes)
            _cluster.Add(node, 0, TestCluster.Absent("a"));
        _cluster.Change("n4", 0, TestCluster.Absent("a", 50) with { Presence = ModelPresence.OnHost });

        Assert.Equal("n4", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void A_node_that_must_evict_other_models_is_worse_than_one_with_room()
    {
        _cluster.Report("n1", TestCluster.Load(0, free: 0) with { IsComplete = true, Serves = ["a"], Models = [TestCluster.Absent("a")] });
        _cluster.Report("n2", TestCluster.Load(0) with { IsComplete = true, Serves = ["a"], Models = [TestCluster.Absent("a")] });

        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void A_model_never_goes_to_a_node_on_which_it_does_not_fit()
    {
        var large = TestCluster.Absent("a") with { Bytes = 40 * TestCluster.Gigabyte };
        _cluster.Add("n1", 0, large);

        Assert.Null(_cluster.Choose(_cluster.Route()));
    }

    [Fact]
    public void A_request_for_two_models_goes_to_the_node_that_has_both()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 100, TestCluster.Resident("a"), TestCluster.Resident("b"));
        _cluster.Add("n3", 0, TestCluster.Resident("b"));

        Assert.Equal("n2", _cluster.Choose(_cluster.Route("b", "a"))!.Value.Node);
    }

    [Fact]
    public void A_node_never_gets_a_model_that_it_does_not_serve()
    {
        _cluster.Report("old", TestCluster.Load(0) with { IsComplete = true, Serves = ["b"] });
        _cluster.Add("new", 5000);

        Assert.Equal("new", _cluster.Choose(_cluster.Route())!.Value.Node);
        _cluster.Router.RemoveNode("new");
        Assert.Null(_cluster.Choose(_cluster.Route()));
    }

    [Fact]
    public void A_node_that_joins_changes_the_first_place_of_few_models()
    {
        var models = Enumerable.Range(0, 400).Select(static i => $"m{i}").ToArray();
        foreach (var node in Enumerable.Range(0, 20).Select(static i => $"n{i}"))
            _cluster.Report(node, TestCluster.Load(0) with { IsComplete = true, Serves = models });
        var before = models.ToDictionary(static model => model, model => _cluster.Choose(_cluster.Route(model))!.Value.Node);

        _cluster.Report("n20", TestCluster.Load(0) with { IsComplete = true, Serves = models });

        var moved = models.Where(model => _cluster.Choose(_cluster.Route(model))!.Value.Node != before[model]).ToList();
        Assert.InRange(moved.Count, 5, 40);
        Assert.All(moved, model => Assert.Equal("n20", _cluster.Choose(_cluster.Route(model))!.Value.Node));
    }

    [Fact]
    public void Misuse_is_reported()
    {
        _cluster.Add("n1");
        var route = _cluster.Route();

        Assert.Throws<InvalidOperationException>(() => _cluster.Router.Sent(route, 0));
        Assert.Throws<InvalidOperationException>(() => _cluster.Router.Ended(route));
        Assert.Throws<ArgumentException>(() => new ModelDemand());
        Assert.Throws<ArgumentException>(() => new ModelDemand("a", ""));
    }
}
