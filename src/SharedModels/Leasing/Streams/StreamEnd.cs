namespace SharedModels.Leasing.Streams;

/// <summary>The reason why a stream has ended.</summary>
internal enum StreamEnd
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>Its code has ended or failed.</summary>
    Completed,

    /// <summary>A token of the consumer was canceled.</summary>
    Canceled,

    /// <summary>The lease was lost.</summary>
    Lost,

    /// <summary>The lease was disposed.</summary>
    Released,

    /// <summary>The consumer has disposed or dropped its enumerator.</summary>
    Abandoned,
}
