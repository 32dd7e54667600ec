namespace SharedModels;

/// <summary>The priority of a request for a model. It counts as one higher for every ten seconds that the request has waited.</summary>
public enum LeasePriority
{
    /// <summary>Work that can wait: batches, warm-ups.</summary>
    Low,

    /// <summary>The usual.</summary>
    Normal,

    /// <summary>Work that somebody looks at.</summary>
    High,
}
