namespace SharedModels;

/// <summary>The outcomes after which a call is sent to another node.</summary>
public enum ModelRetry
{
    /// <summary>
    /// Only if the call surely has not begun: the node rejected it, could not lease the model, or could not be reached. A call never
    /// begins twice.
    /// </summary>
    WhenRejected,

    /// <summary>
    /// Even if the node was lost while it may have been serving the call. Use it for calls that can be computed twice without harm.
    /// </summary>
    WhenLost,
}
