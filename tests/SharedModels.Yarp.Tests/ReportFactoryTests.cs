using SharedModels.Clustering;
using SharedModels.Routing;

namespace SharedModels.Yarp.Tests;

public sealed class ReportFactoryTests
{
    [Fact]
    public void A_load_that_is_running_is_reported_with_the_time_that_is_left()
    {
        var model = new ModelSnapshot
        {
            Id = "a", Type = "A", Residency = ModelResidency.Loading, LoadDuration = TimeSpan.FromSeconds(60), QueuedRequests = 1,
        };

        var report = ReportFactory.Create(
            new([model], [], IsShuttingDown: false), static _ => new() { Arrival = TimeSpan.FromSeconds(1) }, 1, 1, isDraining: false);

        var reported = Assert.Single(report.Models);
        Assert.Equal((ModelPresence.Arriving, TimeSpan.FromSeconds(60)), (reported.Presence, reported.LoadTime));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), (reported.Arrival, report.LoadWait));
    }
}
