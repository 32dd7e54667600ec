namespace SharedModels.AspNetCore;

/// <summary>The details of failures that clients get from every endpoint, hub and gRPC service of the application.</summary>
/// <remarks>
/// <para>Set it with <c>AddModelLeaseProblems(options => …)</c> or <c>services.Configure&lt;SharedModelsHttpOptions&gt;(…)</c>. It applies
/// to problem details, <c>HubException</c>s, gRPC statuses, the endpoints of <c>MapSharedModelsHealth()</c> and <c>MapSharedModels()</c>,
/// the event stream and the live page.</para>
/// <para>The options are read once. The log of the server has the full messages in any case.</para>
/// </remarks>
public sealed class SharedModelsHttpOptions
{
    /// <summary>
    /// <see langword="true"/> to send clients the messages of exceptions, their inner exceptions and health checks. They contain texts of
    /// models and device providers, paths of the server, settings keys and advice for operators. When it is <see langword="false"/>,
    /// clients get a short text that names only the model, the device and the length of the queue.
    /// </summary>
    /// <value>The default is <see langword="true"/> in the Development environment and <see langword="false"/> in all others.</value>
    public bool IncludeExceptionDetails
    {
        get => Choice ?? false;
        set => Choice = value;
    }

    /// <summary>What the application chose, or <see langword="null"/> if the environment decides.</summary>
    internal bool? Choice { get; set; }
}
