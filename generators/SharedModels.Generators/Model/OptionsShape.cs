namespace SharedModels.Generators.Model;

/// <summary>How the value of an option is written in the configuration.</summary>
internal enum OptionsShape
{
    /// <summary>As a text.</summary>
    Value,

    /// <summary>As several texts.</summary>
    List,

    /// <summary>As texts with keys of their own.</summary>
    Dictionary,

    /// <summary>As a section of its own.</summary>
    Class,
}
