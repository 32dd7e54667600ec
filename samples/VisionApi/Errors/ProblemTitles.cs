using Microsoft.AspNetCore.Mvc;

namespace VisionApi.Errors;

/// <summary>Titles for the problems that the framework finds, in words for people.</summary>
internal static class ProblemTitles
{
    public static void Humanize(ProblemDetails problem) => problem.Title = problem.Status switch
    {
        StatusCodes.Status404NotFound when problem.Detail is null => "There is nothing at this address",
        StatusCodes.Status405MethodNotAllowed => "This address does not answer that method",
        StatusCodes.Status500InternalServerError => "Something went wrong on the server",
        _ => problem.Title,
    };
}
