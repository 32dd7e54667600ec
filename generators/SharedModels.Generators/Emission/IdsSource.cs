namespace SharedModels.Generators.Emission;

/// <summary>Writes <c>SharedModelIds</c>.</summary>
internal static class IdsSource
{
    public static string? Emit(List<Accessor> accessors)
    {
        if (accessors.Count == 0)
            return null;
        var source = SourceWriter.Begin();
        source.Append($$"""
            namespace SharedModels
            {
                /// <summary>The ids of this application's models, for attributes and for methods that take an id.</summary>
                {{SourceWriter.Marks}}
                internal static class SharedModelIds
                {

            """);
        foreach (var accessor in accessors)
        {
            source.Append($"""
                        /// <summary>The id <c>{accessor.Registration.Id}</c> of a <see cref="{accessor.Model.TypeName}"/>.</summary>
                        public const string {accessor.Name} = {accessor.Id};


                """);
        }

        source.Length--;
        return source.Append("    }\n}\n").ToString();
    }
}
