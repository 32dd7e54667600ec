using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using SharedModels.AspNetCore.Status;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>Serves the live page.</summary>
internal static class DashboardEndpoints
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
        + "'none'; frame-ancestors 'self'";

    private static readonly EntityTagHeaderValue Tag = new($"\"{typeof(DashboardEndpoints).Module.ModuleVersionId:N}\"");

    public static RouteGroupBuilder Map(IEndpointRouteBuilder routes, string pattern, string? models)
    {
        var group = routes.MapGroup(pattern);
        group.MapGet("/", (HttpContext context, EndpointDataSource endpoints) =>
            GetPageAsync(context, endpoints, models is null ? ModelsAddress.Find(endpoints) : new(models.TrimEnd('/'))))
            .ExcludeFromDescription();

        // Each file is mapped by name, so that other paths under the same prefix remain available to the application.
        foreach (var file in DashboardFiles.Assets.Keys)
            group.MapGet($"/{file}", (HttpContext context) => GetFile(file, context)).ExcludeFromDescription();
        return group;
    }

    private static async Task<ContentHttpResult> GetPageAsync(HttpContext context, EndpointDataSource endpoints, PathString models)
    {
        var request = context.Request;
        var canControl = ModelsAddress.FindOptions(endpoints, models) is { } options
            && await ControlEndpoints.IsAllowedAsync(context, options).ConfigureAwait(false);
        SetHeaders(context.Response);
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return TypedResults.Content(
            DashboardFiles.Index
                .Replace("{page}", Encode(request.PathBase.Add(request.Path).ToUriComponent().TrimEnd('/')), StringComparison.Ordinal)
                .Replace("{models}", Encode(request.PathBase.Add(models).ToUriComponent().TrimEnd('/')), StringComparison.Ordinal)
                .Replace("{home}", Encode($"{request.PathBase.ToUriComponent()}/"), StringComparison.Ordinal)
                .Replace("{control}", canControl ? "allowed" : "forbidden", StringComparison.Ordinal),
            "text/html; charset=utf-8");
    }

    private static FileContentHttpResult GetFile(string file, HttpContext context)
    {
        var asset = DashboardFiles.Assets[file];
        SetHeaders(context.Response);
        return TypedResults.Bytes(asset.Content, $"{asset.Type}; charset=utf-8", entityTag: Tag);
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static string Encode(string address) => HtmlEncoder.Default.Encode(address);
}
