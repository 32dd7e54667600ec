namespace SharedModels.Generators.Model;

/// <summary>A class with <c>[SharedModel]</c>: all that the emitter needs of it, and nothing of the compilation.</summary>
/// <param name="TypeName">The name that C# code can use anywhere: <c>global::Acme.Owlv2</c>.</param>
/// <param name="Name">The class's own name.</param>
/// <param name="Library">The name of its assembly.</param>
/// <param name="IsPublic">Whether other assemblies can use it.</param>
/// <param name="Kind">A member of <see cref="ModelKind"/>.</param>
/// <param name="Registrations">One for each attribute, in their order.</param>
/// <param name="Parameters">The parameters of the constructor that the container calls.</param>
/// <param name="Options">The classes of its own options, with those nested in them.</param>
internal sealed record ModelClass(
    string TypeName,
    string Name,
    string Library,
    bool IsPublic,
    string Kind,
    EquatableArray<ModelRegistration> Registrations,
    EquatableArray<ConstructorParameter> Parameters,
    EquatableArray<OptionsClass> Options);
