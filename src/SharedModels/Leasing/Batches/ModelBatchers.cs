using System.Collections.Concurrent;
using SharedModels.Registration;

namespace SharedModels.Leasing.Batches;

/// <summary>
/// The batchers of a model, one for each pair of types that it implements <see cref="IBatchModel{TInput, TOutput}"/> with.
/// </summary>
internal sealed class ModelBatchers(BatchServices services, RegisteredModel model)
{
    private readonly ConcurrentDictionary<(Type Input, Type Output), object> _batchers = [];
    private object? _last;

    /// <exception cref="NotSupportedException">The model does not run inputs of these types.</exception>
    public ModelBatcher<TInput, TOutput> Get<TInput, TOutput>()
    {
        if (_last is ModelBatcher<TInput, TOutput> last)
            return last;
        if (!model.Type.IsAssignableTo(typeof(IBatchModel<TInput, TOutput>)))
        {
            throw new NotSupportedException(
                $"Model '{model.Id}' ({model.Type}) does not implement IBatchModel<{typeof(TInput).Name}, {typeof(TOutput).Name}>. "
                + "Implement the interface, or acquire a lease and use InvokeAsync.");
        }

        var batcher = _batchers.GetOrAdd(
            (typeof(TInput), typeof(TOutput)), _ => new ModelBatcher<TInput, TOutput>(services, model));
        _last = batcher;
        return (ModelBatcher<TInput, TOutput>)batcher;
    }
}
