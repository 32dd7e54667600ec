namespace SharedModels.Generators.Model;

/// <summary>A class with <c>[SharedModel]</c>. It contains what the emitter needs and no reference to the compilation.</summary>
/// <param name="TypeName">The fully qualified name, such as <c>global::Acme.Owlv2</c>.</param>
/// <param name="Name">The simple name of the class.</param>
/// <param name="Library">The name of its assembly.</param>
/// <param name="IsPublic">True if other assemblies can use the class.</param>
/// <param name="Kind">A member of <see cref="ModelKind"/>.</param>
/// <param name="Registrations">The registrations, one for each attribute, in the same order.</param>
/// <param name="Parameters">The parameters of the constructor that the container calls.</param>
/// <param name="Options">The options classes of the model, including nested classes.</param>
/// <param name="Batches">The inputs that the model runs in batches, ordered by type.</param>
internal sealed record ModelClass(
    string TypeName,
    string Name,
    string Library,
    bool IsPublic,
    string Kind,
    EquatableArray<ModelRegistration> Registrations,
    EquatableArray<ConstructorParameter> Parameters,
    EquatableArray<OptionsClass> Options,
    EquatableArray<BatchTypes> Batches);
