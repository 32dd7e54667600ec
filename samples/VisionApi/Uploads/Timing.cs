namespace VisionApi.Uploads;

/// <summary>Where the time of a request went, in milliseconds.</summary>
/// <param name="WaitMs">Waiting for the model and its device.</param>
/// <param name="DecodeMs">Decoding the pictures, before the wait.</param>
/// <param name="InferenceMs">Using the model.</param>
internal sealed record Timing(double WaitMs, double DecodeMs, double InferenceMs);
