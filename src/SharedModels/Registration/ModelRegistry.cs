using System.Collections.Concurrent;
using System.Collections.Immutable;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Registration;

/// <summary>Owns the registered models. Models are added and replaced under the gate's lock, together with the scheduler's state.</summary>
internal sealed class ModelRegistry
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, RegisteredModel> _byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<ScheduledModel, RegisteredModel> _byState = [];
    private ImmutableArray<RegisteredModel> _all = [];

    /// <summary>All models, in the order of their registration.</summary>
    public ImmutableArray<RegisteredModel> All => _all;

    /// <summary>Adds a model unless its id is already in use, or it is an object that is registered under another id.</summary>
    /// <returns>The model that already has the id or the object, or <see langword="null"/>.</returns>
    public RegisteredModel? TryAdd(RegisteredModel model)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(model.Id, out var known))
                return known;
            if (!model.Runtime.CanReload && _all.FirstOrDefault(other => other.Runtime.Object == model.Runtime.Object) is { } same)
                return same;
            AddVersion(model);
            _byId[model.Id] = model;
            _all = _all.Add(model);
            return null;
        }
    }

    /// <summary>Adds a new version of a model. It can be found by its state only, until it replaces the old one.</summary>
    public void AddVersion(RegisteredModel next)
    {
        foreach (var member in next.Members)
            _byState[member.Scheduled] = member;
    }

    /// <summary>Replaces a model by its next version, unless it has been removed.</summary>
    public bool TryReplace(RegisteredModel model, RegisteredModel next)
    {
        lock (_lock)
        {
            if (!_byId.TryUpdate(model.Id, next, model))
                return false;
            _all = _all.Replace(model, next);
            return true;
        }
    }

    /// <summary>Makes the id available to another model. Running steps of the model can still find it.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    public RegisteredModel Remove(string id)
    {
        lock (_lock)
        {
            var model = Find(id, typeof(object));
            _byId.TryRemove(id, out _);
            _all = _all.Remove(model);
            return model;
        }
    }

    /// <summary>Forgets a removed model after its last step has ended.</summary>
    public void Forget(RegisteredModel model) => _byState.TryRemove(model.Scheduled, out _);

    public RegisteredModel Find(ScheduledModel state) => _byState[state];

    /// <exception cref="UnknownModelException">There is no such model, or it has a different class.</exception>
    public RegisteredModel Find(string id, Type type)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!_byId.TryGetValue(id, out var model))
            throw new UnknownModelException($"No model has the id '{id}'. {Known()}") { ModelId = id };
        return model.Type == type || type.IsAssignableFrom(model.Type)
            ? model
            : throw new UnknownModelException($"Model '{id}' is a {model.Type}, not a {type}. Request it by its own class.")
            {
                ModelId = id,
            };
    }

    /// <exception cref="UnknownModelException">There is no model of the class.</exception>
    public RegisteredModel Find(Type type)
    {
        var all = _all;
        foreach (var model in all)
        {
            if (model.Type == type)
                return model;
        }

        return all.FirstOrDefault(model => type.IsAssignableFrom(model.Type))
            ?? throw new UnknownModelException($"No model is a {type}. {Known()}");
    }

    private string Known()
    {
        var all = _all;
        return all.IsEmpty
            ? "No model is registered. Mark its class with [SharedModel] and call services.AddSharedModels(), or call Add."
            : $"The registered models are {string.Join(", ", all.Select(static model => $"'{model.Id}'"))}.";
    }
}
