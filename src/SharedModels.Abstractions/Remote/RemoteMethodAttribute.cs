namespace SharedModels;

/// <summary>Changes how calls of a method of a <see cref="RemoteModelAttribute"/> contract are sent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RemoteMethodAttribute : Attribute
{
    /// <summary>Gets or sets when a call of the method is sent to another node.</summary>
    /// <value>The default is <see cref="ModelRetry.WhenRejected"/>.</value>
    public ModelRetry Retry { get; set; }
}
