using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore.Endpoints;

/// <summary>Has the endpoints made at start instead of by the first request, so that what they refuse is refused then.</summary>
internal sealed class EndpointsAtStart : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        _ = app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints;
    };
}
