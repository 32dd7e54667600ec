namespace SharedModels.Generators.Model;

/// <summary>The models whose code is generated in one file.</summary>
/// <param name="Number">The number of the file.</param>
/// <param name="Models">The models, in registration order.</param>
internal sealed record ModelFile(int Number, EquatableArray<NamedModel> Models)
{
    /// <summary>
    /// With a file for each model, the compiler would compare the names of all files with each other after each keystroke. With one file,
    /// it would parse the code of all models again after an edit of one.
    /// </summary>
    public const int Count = 64;

    /// <summary>
    /// Distributes the models over the files. The file of a model depends only on its name, so that a new model affects only one file.
    /// </summary>
    public static IEnumerable<ModelFile> Split(EquatableArray<NamedModel> models)
    {
        var files = models.ToLookup(static model => (int)(StableHash.Of(model.Model.TypeName) % Count));
        return Enumerable.Range(0, Count).Select(number => new ModelFile(number, new(files[number])));
    }
}
