namespace SharedModels.Generators.Tests.Analyzers.Flow;

/// <summary>The parts of ASP.NET Core that the analyzer looks at.</summary>
internal static class Endpoints
{
    public const string Source = """

        namespace Microsoft.AspNetCore.Routing { public interface IEndpointRouteBuilder; public sealed class RouteGroupBuilder : IEndpointRouteBuilder; public sealed class RouteHandlerBuilder; }
        namespace Microsoft.AspNetCore.Mvc { public abstract class ControllerBase; }
        namespace Microsoft.AspNetCore.Builder
        {
            using Microsoft.AspNetCore.Routing;
            public sealed class WebApplication : IEndpointRouteBuilder;
            public sealed class RequireModelLeasesAttribute : Attribute;
            public static class EndpointRouteBuilderExtensions
            {
                public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder routes, string pattern, Delegate handler) => new();
                public static RouteGroupBuilder MapGroup(this IEndpointRouteBuilder routes, string prefix) => new();
                public static RouteHandlerBuilder WithName(this RouteHandlerBuilder endpoint, string name) => endpoint;
                public static T RequireModelLeases<T>(this T endpoint) => endpoint;
            }
        }
        """;
}
