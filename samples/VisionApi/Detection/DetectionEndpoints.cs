using Microsoft.AspNetCore.Http.HttpResults;
using SharedModels;
using SharedModels.Vision;

namespace VisionApi.Detection;

/// <summary>Detects objects that match a text or an example image.</summary>
internal static class DetectionEndpoints
{
    public static void MapDetection(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/detect", DetectAsync);
        routes.MapPost("/v1/detect/by-example", DetectByExampleAsync);
    }

    private static async Task<Ok<DetectionResponse>> DetectAsync(DetectionRequest request, IModelLease<Owlv2> lease, CancellationToken ct)
    {
        // Both are released when this method ends, not when the request ends, so that a client that reads slowly does not block others.
        using var room = request.Room;
        await using var held = lease;

        // The batch takes a lease of its own. Requests with the same prompts share it.
        var input = new Owlv2Input(request.Image, request.Prompts, request.Confidence, request.NmsThreshold);
        var output = await lease.RunAsync(input, ct);
        request.Timer.Ran(output.Duration);
        return TypedResults.Ok(DetectionResponse.Create(
            lease.ModelId, output.Device, request.Image, output.Detections, request.Timer.ToTiming()));
    }

    private static async Task<Ok<DetectionResponse>> DetectByExampleAsync(
        ExampleRequest request, IModelLease<Owlv2> lease, CancellationToken ct)
    {
        using var room = request.Room;
        await using var held = lease;
        await lease.AcquireAsync(ct);
        request.Timer.Acquired();
        var found = await lease.InvokeAsync(
            owl => owl.DetectByExample(request.Image, request.Query, request.Confidence, request.NmsThreshold, cancellationToken: ct), ct);
        request.Timer.Inferred();
        return TypedResults.Ok(DetectionResponse.Create(
            lease.ModelId, lease.Device, request.Image, found, request.Timer.ToTiming()));
    }
}
