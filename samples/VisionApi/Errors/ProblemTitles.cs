using Microsoft.AspNetCore.Mvc;

namespace VisionApi.Errors;

/// <summary>Sets readable titles for the problems that the framework reports.</summary>
internal static class ProblemTitles
{
    public static void Humanize(ProblemDetails problem) => problem.Title = problem.Status switch
    {
        StatusCodes.Status404NotFound when problem.Detail is null => "This address does not exist",
        StatusCodes.Status405MethodNotAllowed => "This address does not support the HTTP method",
        StatusCodes.Status500InternalServerError => "Something went wrong on the server",
        _ => problem.Title,
    };
}
