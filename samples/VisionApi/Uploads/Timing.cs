namespace VisionApi.Uploads;

/// <summary>The time spent in each phase of a request, in milliseconds.</summary>
/// <param name="WaitMs">The time to wait for the model and its device.</param>
/// <param name="DecodeMs">The time to decode the images, before the wait.</param>
/// <param name="InferenceMs">The time to run the model.</param>
internal sealed record Timing(double WaitMs, double DecodeMs, double InferenceMs);
