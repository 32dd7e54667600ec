namespace SharedModels;

/// <summary>
/// A model that creates its own replicas, so that they can share what they have in host memory. It needs this only if it can have several
/// replicas (<see cref="SharedModelAttribute.MaxReplicas"/>) and its weights would otherwise be read from the disk again for each.
/// </summary>
/// <remarks>
/// <para>
/// Without this interface, the manager creates a replica in the same way as the model, and loads it. That is cheap for weights in a
/// memory-mapped file, because the replicas share its pages.
/// </para>
/// <para>
/// Replicas run at the same time, each on its own device and in its own leases. They may share everything that does not change after
/// <see cref="ISharedModel.LoadAsync"/>: weights in host memory, mapped files, vocabularies and tokenizers that are thread-safe. They must
/// not share what a use changes: buffers, caches of keys and values, the state of a session, and random number generators. Tensors and
/// modules that move to a device must not be shared either: <see cref="ISharedModel.ToAsync"/> of one replica would move the other. Of a
/// <see cref="IPlacedModel"/>, replicas share the file, and each has its own session. A replica of an <see cref="IModelAdapter"/> has its
/// own adapter and its own model.
/// </para>
/// <para>
/// Each replica is disposed by itself, in any order. An object that is shared must therefore be left to the garbage collector, or count
/// its users. <see cref="ISharedModel.Footprint"/> of a replica contains only the host memory that it takes in addition.
/// </para>
/// </remarks>
public interface IReplicatedModel : ISharedModel
{
    /// <summary>
    /// Creates a replica of the model. Called on the thread pool after <see cref="ISharedModel.LoadAsync"/> has completed, and possibly
    /// while the model is in use, is moving, or creates another replica. So it must only read what does not change. The model is not
    /// disposed before the call returns.
    /// </summary>
    /// <param name="services">
    /// The services for the replica, which live as long as the replica. Without a container, they are empty.
    /// </param>
    /// <returns>
    /// Another object of the same class. The manager loads it with <see cref="ISharedModel.LoadAsync"/>, which has nothing to read if the
    /// weights are shared, and moves it to its device.
    /// </returns>
    ISharedModel CreateReplica(IServiceProvider services);
}
