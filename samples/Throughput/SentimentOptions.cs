namespace Throughput;

/// <summary>The options of <see cref="Sentiment"/>, in the section <c>SharedModels:Models:sentiment</c>.</summary>
internal sealed class SentimentOptions
{
    /// <summary>The file with the good words, one per line. It is the model.</summary>
    public string Words { get; set; } = "words-1.txt";

    /// <summary>
    /// The time of a run, regardless of its number of texts. It stands for the time of an accelerator that one text does not fill.
    /// </summary>
    public TimeSpan RunTime { get; set; } = TimeSpan.FromMilliseconds(100);
}
