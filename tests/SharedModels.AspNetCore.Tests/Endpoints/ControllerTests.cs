using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore.Tests.Endpoints;

public sealed class ControllerTests
{
    [Theory]
    [InlineData(false, "marked", "Held Held")]
    [InlineData(false, "plain", "Pending Pending")]
    [InlineData(true, "marked", "Held Held")]
    [InlineData(true, "plain", "Held Held")]
    public async Task Leases_of_marked_actions_or_of_all_mapped_controllers_are_held(bool allAreMarked, string action, string states)
    {
        await using var fixture = await StartAsync(allAreMarked);
        Assert.Equal(states, await fixture.Client.GetStringAsync($"/controller/{action}"));
        Assert.Equal((0, 0), (fixture["a"].ActiveLeases, fixture["b"].ActiveLeases));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attribute_sets_the_timeout_also_where_all_controllers_are_marked(bool allAreMarked)
    {
        await using var fixture = await StartAsync(allAreMarked);
        using var held = await fixture.Manager.FetchModelAsync("b");
        var answer = fixture.Client.GetAsync("/controller/marked");
        await Condition.UntilAsync(() => fixture["b"].QueuedRequests == 1);
        fixture.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(answer.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await answer).StatusCode);
    }

    [Fact]
    public async Task The_attribute_of_the_action_overrides_the_attribute_of_the_controller()
    {
        await using var fixture = await StartAsync(allAreMarked: false);
        var held = await fixture.Manager.FetchModelAsync("a");
        var hasty = fixture.Client.GetAsync("/patient/hasty");
        var patient = fixture.Client.GetStringAsync("/patient");
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 2);
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests < 2);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await hasty).StatusCode);
        held.Dispose();
        Assert.Equal("Held", await patient);
    }

    private static Task<WebFixture> StartAsync(bool allAreMarked) => WebFixture.StartAsync(
        app =>
        {
            var controllers = app.MapControllers();
            if (allAreMarked)
                controllers.RequireModelLeases();
        },
        static services => services.AddControllers().AddApplicationPart(typeof(LeasedController).Assembly));
}
