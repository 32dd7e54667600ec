namespace SharedModels.Generators.Model;

/// <summary>A class whose properties are bound to the configuration.</summary>
/// <param name="TypeName">The fully qualified name.</param>
/// <param name="Signature">A name that is the same for types that overloads cannot tell apart, which share a binder.</param>
/// <param name="Properties">The properties that can be bound.</param>
internal sealed record OptionsClass(string TypeName, string Signature, EquatableArray<OptionsProperty> Properties);
