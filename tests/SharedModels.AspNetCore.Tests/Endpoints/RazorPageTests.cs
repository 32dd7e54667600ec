using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore.Tests.Endpoints;

public sealed class RazorPageTests
{
    [Fact]
    public async Task Leases_of_a_marked_page_are_held_until_it_is_rendered()
    {
        await using var fixture = await WebFixture.StartAsync(
            static app => app.MapRazorPages(),
            static services => services.AddRazorPages(static options => options.RootDirectory = "/Endpoints/Pages").AddApplicationPart(typeof(RazorPageTests).Assembly));
        Assert.Equal("a Held", (await fixture.Client.GetStringAsync("/Leased")).Trim());
        await WebFixture.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }
}
