namespace SharedModels.OnnxRuntime;

/// <summary>The threads that all sessions of the process share.</summary>
public sealed class OnnxThreadOptions
{
    /// <summary>The number of threads that compute, including the thread that calls <c>Run</c>.</summary>
    /// <value>The default is <see cref="Environment.ProcessorCount"/>, which respects the CPU limit of a container.</value>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets a value that indicates whether idle threads spin for a moment before they sleep. Spinning can shorten single runs on
    /// an otherwise idle machine, and takes processor time from everything else.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowSpinning { get; set; }
}
