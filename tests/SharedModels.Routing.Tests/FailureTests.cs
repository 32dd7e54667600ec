using SharedModels.Routing.Nodes;

namespace SharedModels.Routing.Tests;

public sealed class FailureTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void A_rejected_request_goes_to_another_node_and_finally_waits()
    {
        foreach (var (index, node) in new[] { "n1", "n2", "n3", "n4" }.Index())
            _cluster.Add(node, 100 * index, TestCluster.Resident("a"));
        var route = _cluster.Route();
        List<string?> nodes = [];
        for (var i = 0; i < 2; i++)
        {
            Assert.NotNull(_cluster.Choose(route)!.Value.WaitBudget);
            var node = _cluster.Send(route);
            nodes.Add(node);
            _cluster.Change(node!, 900);
            _cluster.Router.Rejected(route, NodeRejection.WaitTooLong);
        }

        var last = _cluster.Choose(route)!.Value;

        Assert.Equal(["n1", "n2"], nodes);
        Assert.Equal("n3", last.Node);
        Assert.Null(last.WaitBudget);
        Assert.Equal(2, route.Bounces);
    }

    [Fact]
    public void After_the_last_bounce_a_node_that_rejected_the_request_can_serve_it()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 100, TestCluster.Resident("a"));
        var route = _cluster.Route();
        foreach (var wait in (double[])[150, 900])
        {
            _cluster.Change(_cluster.Send(route)!, wait);
            _cluster.Router.Rejected(route, NodeRejection.WaitTooLong);
        }

        Assert.Equal("n1", _cluster.Choose(route)!.Value.Node);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_request_waits_on_a_node_that_rejected_it_if_no_other_can_serve_it(bool isLost)
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 100, TestCluster.Resident("a"));
        var route = _cluster.Route();
        Assert.Equal("n1", _cluster.Send(route));
        _cluster.Change("n1", 900);
        _cluster.Router.Rejected(route, NodeRejection.WaitTooLong);
        Assert.Equal("n2", _cluster.Send(route));
        if (isLost)
            _cluster.Router.Broken(route, _cluster.Now);
        else
            _cluster.Router.Rejected(route, NodeRejection.Unavailable);

        var last = _cluster.Choose(route)!.Value;

        Assert.Equal(("n1", null), (last.Node, last.WaitBudget));
    }

    [Fact]
    public void A_node_that_cannot_accept_a_request_does_not_get_it_again()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 900, TestCluster.Resident("a"));
        var route = _cluster.Route();

        Assert.Equal("n1", _cluster.Send(route));
        _cluster.Router.Rejected(route, NodeRejection.Unavailable);
        Assert.Equal("n2", _cluster.Send(route));
        _cluster.Router.Rejected(route, NodeRejection.Unavailable);

        Assert.Null(_cluster.Choose(route));
    }

    [Fact]
    public void A_request_is_sent_to_a_limited_number_of_nodes()
    {
        for (var i = 0; i < 20; i++)
            _cluster.Add($"n{i}", 0, TestCluster.Resident("a"));
        var route = _cluster.Route();
        while (_cluster.Send(route) is not null)
            _cluster.Router.Rejected(route, NodeRejection.Unavailable);

        Assert.Equal(_cluster.Router.Policy.MaxAttempts, route.Attempts);
    }

    [Fact]
    public void A_request_that_breaks_two_nodes_reaches_no_third()
    {
        for (var i = 0; i < 5; i++)
            _cluster.Add($"n{i}", 0, TestCluster.Resident("a"));
        var route = _cluster.Route();
        HashSet<string> nodes = [];
        while (_cluster.Send(route) is { } node)
        {
            Assert.True(nodes.Add(node));
            _cluster.Router.Broken(route, _cluster.Now);
        }

        Assert.Equal(2, nodes.Count);
    }

    [Fact]
    public void Nodes_that_cannot_be_reached_do_not_count_as_broken_by_the_request()
    {
        for (var i = 0; i < 5; i++)
            _cluster.Add($"n{i}", 0, TestCluster.Resident("a"));
        var route = _cluster.Route();
        for (var i = 0; i < 4; i++)
        {
            Assert.NotNull(_cluster.Send(route));
            _cluster.Router.Unreachable(route, _cluster.Now);
        }

        Assert.NotNull(_cluster.Choose(route));
        Assert.Equal((4, 0), (route.Attempts, route.BrokenAttempts));
    }

    [Fact]
    public void A_node_that_drained_and_disconnected_is_tried_if_there_is_no_other()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Report("n1", TestCluster.Load(0) with { IsDraining = true });
        _cluster.Router.Disconnected("n1");

        Assert.Equal(NodeChoiceKind.Unknown, _cluster.Choose(_cluster.Route())!.Value.Kind);
    }

    [Fact]
    public void A_broken_node_is_avoided_for_longer_after_each_failure()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 900, TestCluster.Resident("a"));
        Break();
        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
        _cluster.Advance(1001);
        Refresh();
        Break();

        _cluster.Advance(1999);
        Refresh();
        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
        _cluster.Advance(2);
        Refresh();
        Assert.Equal("n1", _cluster.Choose(_cluster.Route())!.Value.Node);

        void Break()
        {
            var route = _cluster.Route();
            Assert.Equal("n1", _cluster.Send(route));
            _cluster.Router.Broken(route, _cluster.Now);
        }
    }

    [Fact]
    public void After_a_failure_one_request_at_a_time_tries_the_node_until_it_answers()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 900, TestCluster.Resident("a"));
        var route = _cluster.Route();
        _cluster.Send(route);
        _cluster.Router.Broken(route, _cluster.Now);
        _cluster.Advance(1001);
        Refresh();

        var trial = _cluster.Route();
        Assert.Equal("n1", _cluster.Send(trial));
        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
        _cluster.Router.Ended(trial);
        Assert.Equal("n1", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void Reports_do_not_clear_a_broken_link_but_a_restart_does()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 900, TestCluster.Resident("a"));
        var route = _cluster.Route();
        _cluster.Send(route);
        _cluster.Router.Broken(route, _cluster.Now);

        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
        _cluster.Report("n1", TestCluster.Load(0) with
        {
            Instance = 2,
            IsComplete = true,
            Serves = ["a"],
            Models = [TestCluster.Resident("a")],
        });
        Assert.Equal("n1", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void A_node_without_reports_is_left()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 900);
        _cluster.Advance(2400);
        _cluster.Change("n2", 900);
        Assert.Equal("n1", _cluster.Choose(_cluster.Route())!.Value.Node);

        _cluster.Advance(200);

        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void A_node_whose_reports_have_ended_is_left_until_its_next_complete_report()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Add("n2", 900);
        _cluster.Router.Disconnected("n1");
        _cluster.Change("n1", 0);
        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);

        _cluster.Add("n1", 0, TestCluster.Resident("a"));

        Assert.Equal("n1", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void Without_any_reports_requests_follow_the_rendezvous_order()
    {
        string[] nodes = ["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8"];
        foreach (var node in nodes)
            _cluster.Router.AddNode(node);
        var other = new TestCluster();
        foreach (var node in nodes.Reverse())
            other.Router.AddNode(node);

        var choice = _cluster.Choose(_cluster.Route())!.Value;

        Assert.Equal((NodeChoiceKind.Unknown, null), (choice.Kind, choice.WaitBudget));
        Assert.Equal(choice, other.Choose(other.Route()));
        Assert.Equal(4, Enumerable.Range(0, 40).Select(_ => _cluster.Send()).Distinct().Count());
    }

    [Fact]
    public void Silent_nodes_serve_requests_if_there_is_no_other_node()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Advance(60_000);

        Assert.Equal(NodeChoiceKind.Unknown, _cluster.Choose(_cluster.Route())!.Value.Kind);
    }

    [Fact]
    public void A_silent_node_gets_no_requests_while_other_nodes_are_only_full()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Advance(60_000);
        _cluster.Report("n2", TestCluster.Load(0, isUnavailable: true) with { IsComplete = true, Serves = ["a"] });

        Assert.Null(_cluster.Choose(_cluster.Route()));
    }

    [Fact]
    public void A_draining_node_gets_no_requests()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        _cluster.Report("n1", TestCluster.Load(0) with { IsDraining = true });

        Assert.Null(_cluster.Choose(_cluster.Route()));
        _cluster.Report("n1", TestCluster.Load(0));
        Assert.NotNull(_cluster.Choose(_cluster.Route()));
    }

    [Fact]
    public void An_old_report_does_not_replace_a_newer_one()
    {
        _cluster.Add("n1", 100, TestCluster.Resident("a"));
        _cluster.Report("n1", TestCluster.Load(700) with { Number = 9 });
        _cluster.Report("n1", TestCluster.Load(100) with { Number = 8, Models = [TestCluster.Resident("b")], IsDraining = true });

        Assert.Equal(TimeSpan.FromMilliseconds(700), _cluster.Choose(_cluster.Route())!.Value.ExpectedWait);

        // The newer report did not contain this model.
        Assert.Equal(NodeChoiceKind.Warm, _cluster.Choose(_cluster.Route("b"))!.Value.Kind);
    }

    [Fact]
    public void A_change_of_an_instance_without_a_complete_report_is_ignored()
    {
        _cluster.Add("n1", 100, TestCluster.Resident("a"));
        _cluster.Report("n1", TestCluster.Load(700) with { Instance = 2 });
        _cluster.Report("n9", TestCluster.Load(0) with { Models = [TestCluster.Resident("a")] });

        Assert.Equal(TimeSpan.FromMilliseconds(100), _cluster.Choose(_cluster.Route())!.Value.ExpectedWait);
    }

    [Fact]
    public void A_complete_report_replaces_everything()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"), TestCluster.Resident("b"));

        _cluster.Add("n1", 0, TestCluster.Resident("b"));

        Assert.Equal(NodeChoiceKind.Cold, _cluster.Choose(_cluster.Route())!.Value.Kind);
        Assert.Equal(NodeChoiceKind.Warm, _cluster.Choose(_cluster.Route("b"))!.Value.Kind);
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_on_a_node_goes_elsewhere()
    {
        _cluster.Add("n1", 0, TestCluster.Absent("a", 10) with { IsUnavailable = true });
        _cluster.Add("n2", 900);

        Assert.Equal("n2", _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void A_full_device_gets_no_requests()
    {
        _cluster.Report("n1", TestCluster.Load(0, isUnavailable: true) with
        {
            IsComplete = true,
            Serves = ["a"],
            Models = [TestCluster.Resident("a")],
        });

        Assert.Null(_cluster.Choose(_cluster.Route()));
    }

    private void Refresh()
    {
        _cluster.Change("n1", 0);
        _cluster.Change("n2", 900);
    }

    [Theory]
    [InlineData("rejected")]
    [InlineData("canceled")]
    [InlineData("unreachable")]
    [InlineData("broken")]
    public void A_load_that_may_never_begin_is_not_expected_any_more(string end)
    {
        _cluster.Add("n1", 0, TestCluster.Absent("a"));
        var route = _cluster.Route();
        Assert.Equal("n1", _cluster.Send(route));
        switch (end)
        {
            case "rejected":
                _cluster.Router.Rejected(route, NodeRejection.WaitTooLong);
                break;
            case "canceled":
                _cluster.Router.Canceled(route);
                break;
            case "unreachable":
                _cluster.Router.Unreachable(route, _cluster.Now);
                break;
            default:
                _cluster.Router.Broken(route, _cluster.Now);
                break;
        }

        _cluster.Advance(10_000);
        _cluster.Change("n1", 0);
        var next = _cluster.Choose(_cluster.Route())!.Value;

        Assert.Equal((NodeChoiceKind.Cold, TimeSpan.FromSeconds(1)), (next.Kind, next.ExpectedWait));
    }

    [Fact]
    public void A_load_that_a_report_confirms_is_expected_although_its_request_was_canceled()
    {
        _cluster.Add("n1", 0, TestCluster.Absent("a"));
        var route = _cluster.Route();
        _cluster.Send(route);
        _cluster.Change("n1", 0, TestCluster.Absent("a") with { Presence = ModelPresence.Arriving });

        _cluster.Router.Canceled(route);

        Assert.Equal(NodeChoiceKind.Warm, _cluster.Choose(_cluster.Route())!.Value.Kind);
    }

    [Fact]
    public void A_caller_that_gives_up_says_nothing_about_its_node()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        var (first, second) = (_cluster.Route(), _cluster.Route());
        _cluster.Send(first);
        _cluster.Router.Broken(first, _cluster.Now);
        _cluster.Advance(10_000);
        _cluster.Change("n1", 0);
        _cluster.Send(second);

        _cluster.Router.Canceled(second);

        Assert.Equal(NodeStanding.Broken, _cluster.Router.StandingOf("n1", _cluster.Now));
    }

    [Fact]
    public void Ids_of_models_are_compared_regardless_of_case()
    {
        _cluster.Add("n1");
        _cluster.Add("n2", 0, TestCluster.Resident("a"));

        Assert.Equal("n2", _cluster.Choose(_cluster.Route("A"))!.Value.Node);
    }
}
