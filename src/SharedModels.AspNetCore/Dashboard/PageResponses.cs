using System.Reflection;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>Serves live pages and their files.</summary>
internal static class PageResponses
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
        + "'none'; frame-ancestors 'self'";

    /// <summary>
    /// Maps each file by name, so that other paths under the same prefix remain available to the application.
    /// </summary>
    /// <param name="group">The group of the page.</param>
    /// <param name="files">The files.</param>
    /// <param name="module">The module that contains the files. Browsers load them again when it changes.</param>
    public static void MapFiles(
        RouteGroupBuilder group, IEnumerable<KeyValuePair<string, (byte[] Content, string Type)>> files, Module module)
    {
        var tag = new EntityTagHeaderValue($"\"{module.ModuleVersionId:N}\"");
        foreach (var (name, (content, type)) in files)
        {
            group.MapGet($"/{name}", (HttpContext context) =>
            {
                SetHeaders(context.Response);
                return TypedResults.Bytes(content, $"{type}; charset=utf-8", entityTag: tag);
            }).ExcludeFromDescription();
        }
    }

    /// <summary>
    /// Returns a page. Its placeholders <c>{page}</c>, <c>{home}</c> and <c>{homeless}</c> are replaced, and the given ones.
    /// </summary>
    public static ContentHttpResult GetPage(
        HttpContext context, string index, params IEnumerable<(string Placeholder, string Value)> values)
    {
        var request = context.Request;
        SetHeaders(context.Response);
        context.Response.Headers.ContentSecurityPolicy = Policy;
        var page = index
            .Replace("{page}", Encode(request.PathBase.Add(request.Path).ToUriComponent().TrimEnd('/')), StringComparison.Ordinal)
            .Replace("{home}", Encode($"{request.PathBase.ToUriComponent()}/"), StringComparison.Ordinal)
            .Replace("{homeless}", HomePage.Exists(context) ? "" : "hidden", StringComparison.Ordinal);
        foreach (var (placeholder, value) in values)
            page = page.Replace(placeholder, Encode(value), StringComparison.Ordinal);
        return TypedResults.Content(page, "text/html; charset=utf-8");
    }

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    private static string Encode(string address) => HtmlEncoder.Default.Encode(address);
}
