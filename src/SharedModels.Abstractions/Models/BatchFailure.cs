namespace SharedModels;

/// <summary>Determines what happens when a batch of several inputs throws.</summary>
public enum BatchFailure
{
    /// <summary>
    /// The batch is divided into halves that run again, until each failing input runs without others. One failing input among n costs
    /// at most 2 ⌈log2 n⌉ further runs.
    /// </summary>
    Split,

    /// <summary>All callers of the batch get the exception. Nothing runs twice, not even if the batch runs out of memory.</summary>
    Fail,
}
