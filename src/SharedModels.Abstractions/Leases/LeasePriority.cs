namespace SharedModels;

/// <summary>Which requests for models go first; each counts as one higher for every ten seconds that it has waited.</summary>
public enum LeasePriority
{
    /// <summary>Work that can wait: batches, warm-ups.</summary>
    Low,

    /// <summary>The usual.</summary>
    Normal,

    /// <summary>Work that somebody looks at.</summary>
    High,
}
