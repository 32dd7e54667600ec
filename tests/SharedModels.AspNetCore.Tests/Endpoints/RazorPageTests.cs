using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore.Tests.Endpoints;

public sealed class RazorPageTests
{
    [Fact]
    public async Task Leases_of_a_marked_page_are_held_until_it_is_rendered()
    {
        await using var fixture = await StartAsync(static app => app.MapRazorPages());
        Assert.Equal("a Held", (await fixture.Client.GetStringAsync("/Leased")).Trim());
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mark_on_mapped_pages_would_have_no_effect_and_is_rejected(bool isGroup)
    {
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(app =>
        {
            if (isGroup)
                app.MapGroup("").RequireModelLeases().MapRazorPages();
            else
                app.MapRazorPages().RequireModelLeases();
        }));
        Assert.StartsWith(
            "RequireModelLeases() has no effect on the Razor page '/Leased'; put [RequireModelLeases] on the page's model",
            wrong.Message,
            StringComparison.Ordinal);
    }

    private static Task<WebFixture> StartAsync(Action<WebApplication> map) => WebFixture.StartAsync(
        map,
        static services => services.AddRazorPages(static options => options.RootDirectory = "/Endpoints/Pages").AddApplicationPart(
            typeof(RazorPageTests).Assembly));
}
