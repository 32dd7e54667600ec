using Microsoft.AspNetCore.Http.HttpResults;
using SharedModels;
using SharedModels.Vision;

namespace VisionApi.QrCodes;

/// <summary>Reads QR codes.</summary>
internal static class QrEndpoints
{
    public static void MapQrCodes(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/qr", ReadAsync);

    private static async Task<Ok<QrResponse>> ReadAsync(QrRequest request, IModelLease<QrReader> lease, CancellationToken ct)
    {
        using var room = request.Room;
        await using var held = lease;
        await lease.AcquireAsync(ct);
        request.Timer.Acquired();
        var found = await lease.InvokeAsync(reader => reader.Detect(request.Image, ct), ct);
        request.Timer.Inferred();
        return TypedResults.Ok(QrResponse.Create(lease, request.Image, found, request.Timer.ToTiming()));
    }
}
