namespace SharedModels;

/// <summary>The priority of a request for a model. It is raised by one for each ten seconds of waiting.</summary>
public enum LeasePriority
{
    /// <summary>Work that can wait: batches, warm-ups.</summary>
    Low,

    /// <summary>The usual.</summary>
    Normal,

    /// <summary>Work that somebody looks at.</summary>
    High,
}
