namespace SharedModels;

/// <summary>The priority of a request for a model. The priority rises by one level for each ten seconds of waiting.</summary>
public enum LeasePriority
{
    /// <summary>Work that can wait, such as batches and warm-ups.</summary>
    Low,

    /// <summary>The default.</summary>
    Normal,

    /// <summary>Interactive work.</summary>
    High,
}
