using Microsoft.AspNetCore.Http.HttpResults;
using SharedModels;

namespace VisionApi.Models;

/// <summary>Shows the models and their devices, and moves them on request.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/v1/models");
        models.MapGet("/", static Ok<ModelsResponse> (ISharedModelManager manager) => TypedResults.Ok(ModelsResponse.Create(manager.GetSnapshot())));
        models.MapPost("/{id}/preload", PreloadAsync);
        models.MapPost("/{id}/evict", EvictAsync);
    }

    private static async Task<NoContent> PreloadAsync(string id, ISharedModelManager manager, CancellationToken ct)
    {
        await manager.PreloadAsync(id, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EvictAsync(string id, ISharedModelManager manager, CancellationToken ct)
    {
        await manager.EvictAsync(id, ct);
        return TypedResults.NoContent();
    }
}
