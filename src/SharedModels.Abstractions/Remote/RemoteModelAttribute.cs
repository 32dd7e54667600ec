namespace SharedModels;

/// <summary>
/// Marks an interface as the contract of a model that other machines call. The source generator emits a proxy, which a package such as
/// SharedModels.Orleans connects to the nodes that serve the model.
/// </summary>
/// <remarks>
/// <para>The class of the model implements the interface. Callers inject <see cref="IModelClient{TContract}"/>, and need neither the class
/// nor its package.</para>
/// <para>Methods return <see cref="Task"/>, <see cref="Task{TResult}"/>, <see cref="ValueTask"/>, <see cref="ValueTask{TResult}"/> or
/// <see cref="IAsyncEnumerable{T}"/>. Each method can have a <see cref="CancellationToken"/>. Arguments and results are serialized.</para>
/// </remarks>
/// <param name="id">The id of the model that <see cref="IModelClient{TContract}.Model"/> calls.</param>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class RemoteModelAttribute(string id) : Attribute
{
    /// <summary>The id of the model that <see cref="IModelClient{TContract}.Model"/> calls.</summary>
    public string Id { get; } = id;

    /// <summary>Gets or sets when a call is sent to another node. <see cref="RemoteMethodAttribute"/> overrides it for a method.</summary>
    /// <value>The default is <see cref="ModelRetry.WhenRejected"/>.</value>
    public ModelRetry Retry { get; set; }
}
