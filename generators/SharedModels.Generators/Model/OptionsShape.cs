namespace SharedModels.Generators.Model;

/// <summary>The form of an option's value in the configuration.</summary>
internal enum OptionsShape
{
    /// <summary>A single text.</summary>
    Value,

    /// <summary>A list of texts.</summary>
    List,

    /// <summary>Texts with keys.</summary>
    Dictionary,

    /// <summary>A nested section.</summary>
    Class,
}
