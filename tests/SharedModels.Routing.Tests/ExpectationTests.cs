namespace SharedModels.Routing.Tests;

/// <summary>Expectations that reports or losses end.</summary>
public sealed class ExpectationTests
{
    private readonly TestCluster _cluster = new();

    [Fact]
    public void The_queue_of_a_node_that_is_lost_does_not_load_its_models_elsewhere()
    {
        _cluster.Add("n1", 900, TestCluster.Resident("a", queued: 100));
        _cluster.Add("n2", 0, TestCluster.Resident("a"));
        for (var i = 3; i <= 12; i++)
            _cluster.Add($"n{i}");
        Assert.NotEqual("n2", _cluster.Choose(_cluster.Route())!.Value.Node);

        _cluster.Router.Disconnected("n1");

        var choice = _cluster.Choose(_cluster.Route())!.Value;
        Assert.Equal(("n2", NodeChoiceKind.Warm), (choice.Node, choice.Kind));
    }

    [Fact]
    public void A_model_that_an_answered_request_did_not_load_is_not_expected_after_two_reports()
    {
        _cluster.Add("n1", 0, TestCluster.Absent("a"));
        var route = _cluster.Route();
        _cluster.Send(route);
        _cluster.Router.Ended(route);

        // This report may have been written before the answer.
        _cluster.Advance(1);
        _cluster.Change("n1", 0);
        Assert.Equal(NodeChoiceKind.Warm, _cluster.Choose(_cluster.Route())!.Value.Kind);
        _cluster.Advance(50);
        _cluster.Change("n1", 0);

        var next = _cluster.Choose(_cluster.Route())!.Value;
        Assert.Equal((NodeChoiceKind.Cold, TimeSpan.FromSeconds(1)), (next.Kind, next.ExpectedWait));
    }

    [Fact]
    public void A_model_is_expected_until_its_request_is_answered()
    {
        _cluster.Add("n1", 0, TestCluster.Absent("a"));
        _cluster.Send(_cluster.Route());
        for (var i = 0; i < 3; i++)
        {
            _cluster.Advance(100);
            _cluster.Change("n1", 0);
        }

        var next = _cluster.Choose(_cluster.Route())!.Value;
        Assert.Equal((NodeChoiceKind.Warm, TimeSpan.FromMilliseconds(700)), (next.Kind, next.ExpectedWait));
    }

    [Fact]
    public void A_model_that_a_report_lists_is_kept()
    {
        _cluster.Add("n1", 0, TestCluster.Absent("a"));
        var route = _cluster.Route();
        _cluster.Send(route);
        _cluster.Router.Ended(route);
        _cluster.Advance(50);
        _cluster.Change("n1", 0, TestCluster.Resident("a"));
        for (var i = 0; i < 3; i++)
            _cluster.Change("n1", 0);

        Assert.Equal(NodeChoiceKind.Warm, _cluster.Choose(_cluster.Route())!.Value.Kind);
    }

    [Fact]
    public void A_node_that_returns_with_more_memory_is_first_for_more_models()
    {
        string[] nodes = ["n1", "n2", "n3", "n4"];
        foreach (var node in nodes)
            _cluster.Add(node);
        var first = _cluster.Choose(_cluster.Route())!.Value.Node;
        var other = nodes.First(node => node != first);
        var report = TestCluster.Load(0);

        _cluster.Report(other, report with
        {
            IsComplete = true,
            Serves = ["a", "b"],
            Devices = [report.Devices[0] with { BudgetBytes = 1_000_000 * TestCluster.Gigabyte }],
        });

        Assert.Equal(other, _cluster.Choose(_cluster.Route())!.Value.Node);
    }

    [Fact]
    public void Absurd_values_of_a_report_do_not_affect_requests()
    {
        _cluster.Add("n1", 0, TestCluster.Resident("a"));
        var report = TestCluster.Load(0);
        _cluster.Report("n2", report with
        {
            IsComplete = true,
            Serves = ["a", null!],
            LoadWait = TimeSpan.MaxValue,
            Devices =
            [
                report.Devices[0] with { Wait = TimeSpan.MaxValue, Hold = TimeSpan.MinValue, Queued = -1 },
                null!,
                new() { Device = null! },
            ],
            Models = [TestCluster.Resident("a", queued: int.MaxValue) with { Arrival = TimeSpan.MinValue }, null!, new() { Model = "" }],
        });

        var choice = _cluster.Choose(_cluster.Route())!.Value;

        Assert.Equal("n1", choice.Node);
        Assert.InRange(choice.WaitBudget!.Value, TimeSpan.FromDays(999), TimeSpan.FromDays(1001));
        Assert.Equal(2, _cluster.Router.Describe(_cluster.Now).Count);
    }

    [Fact]
    public void Models_that_no_node_serves_any_more_are_forgotten()
    {
        for (var i = 0; i < 10; i++)
        {
            var model = $"m{i}";
            _cluster.Report("n1", TestCluster.Load(0) with
            {
                IsComplete = true,
                Serves = [model, "a"],
                Models = [TestCluster.Resident(model)],
            });
            Assert.Equal(NodeChoiceKind.Warm, _cluster.Choose(_cluster.Route(model))!.Value.Kind);
            Assert.NotNull(_cluster.Choose(_cluster.Route("a")));
        }

        Assert.Equal((2, 2), _cluster.Router.Remembered);
        _cluster.Router.RemoveNode("n1");
        Assert.Equal((0, 0), _cluster.Router.Remembered);
    }
}
