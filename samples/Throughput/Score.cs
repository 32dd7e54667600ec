namespace Throughput;

/// <summary>The share of good words in a text, with the device and the number of texts of the run that computed it.</summary>
internal sealed record Score(double Value, string Device, int Texts);
