namespace SharedModels.Generators.Model;

/// <summary>A registered class with the names of its generated members.</summary>
/// <param name="Model">The class, with the ids that it keeps.</param>
/// <param name="Names">The names, one for each id, in the same order.</param>
/// <param name="Options">
/// The options classes whose binders are generated with this class. Classes with the same options share the binder of the first one.
/// </param>
internal sealed record NamedModel(ModelClass Model, EquatableArray<string> Names, EquatableArray<OptionsClass> Options)
{
    /// <summary>The name that identifies the class in generated code: the name of its first id.</summary>
    public string Name => Names[0];

    /// <summary>The ids of the class with their names.</summary>
    public IEnumerable<(string Name, ModelRegistration Registration)> Registrations =>
        Names.Zip(Model.Registrations, static (name, registration) => (name, registration));

    /// <summary>The type of the model's lease.</summary>
    public string Lease => $"global::SharedModels.IModelLease<{Model.TypeName}>";
}
