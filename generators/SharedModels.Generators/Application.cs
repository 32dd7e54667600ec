using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>Combines the models of an application and of its libraries.</summary>
internal static class Application
{
    /// <summary>Returns the models of libraries that are not excluded.</summary>
    public static EquatableArray<ModelClass> Without(EquatableArray<ModelClass> exported, EquatableArray<string> excluded) =>
        excluded.Count == 0 ? exported : new(exported.Where(model => !excluded.Any(name => Is(name, model.Library))));

    /// <summary>Returns all models, starting with the application's own. The first model with an id keeps the id.</summary>
    /// <param name="own">The models of the application.</param>
    /// <param name="libraries">The libraries that are not excluded.</param>
    /// <param name="problems">Receives the reasons why models of libraries cannot be registered.</param>
    public static EquatableArray<ModelClass> Join(
        EquatableArray<ModelClass> own, Libraries libraries, List<DiagnosticInfo>? problems = null)
    {
        var models = new List<ModelClass>();
        var namesakes = own.Concat(libraries.Models)
            .GroupBy(static model => model.TypeName, StringComparer.Ordinal)
            .Where(static group => group.Skip(1).Any())
            .ToDictionary(static group => group.Key, static group => group.First());
        var ids = new Dictionary<string, ModelClass>(StringComparer.OrdinalIgnoreCase);
        var ownIds = new HashSet<string>(
            own.SelectMany(static model => model.Registrations.Select(static registration => registration.Id)),
            StringComparer.OrdinalIgnoreCase);
        foreach (var model in own.Concat(libraries.Models))
        {
            if (model.Kind == ModelKind.TorchModule && !libraries.HasTorch)
                continue;

            // Generated code cannot refer to either class.
            if (namesakes.TryGetValue(model.TypeName, out var first))
            {
                if (model != first)
                    problems?.Add(new(
                        DiagnosticDescriptors.ClassesClash, null, first.Library, model.Library, model.TypeName.Replace("global::", "")));
                continue;
            }

            var kept = new List<ModelRegistration>();
            foreach (var registration in model.Registrations)
            {
                if (!ids.TryGetValue(registration.Id, out var holder))
                {
                    ids.Add(registration.Id, model);
                    kept.Add(registration);
                }
                else if (model.Library != holder.Library && !ownIds.Contains(registration.Id))
                {
                    problems?.Add(new(DiagnosticDescriptors.LibrariesClash, null, holder.Library, model.Library, registration.Id));
                }
            }

            if (kept.Count > 0)
                models.Add(kept.Count == model.Registrations.Count ? model : model with { Registrations = new(kept) });
        }

        return new(models);
    }

    /// <summary>Returns the problems of the application as a whole.</summary>
    /// <param name="own">The parsed classes of the application.</param>
    /// <param name="exported">The referenced libraries.</param>
    /// <param name="excluded">The libraries that the application excludes.</param>
    public static IEnumerable<DiagnosticInfo> Diagnose(
        IReadOnlyCollection<ParsedModel> own, Libraries exported, IReadOnlyCollection<ExcludedLibrary> excluded)
    {
        var libraries = exported with { Models = Without(exported.Models, new(excluded.Select(static library => library.Name))) };
        var problems = new List<DiagnosticInfo>();
        Join(new(own.Select(static parsed => parsed.Model).OfType<ModelClass>()), libraries, problems);
        if (!libraries.HasTorch)
        {
            var modules = own.Where(static parsed => parsed.Model?.Kind == ModelKind.TorchModule);
            var others = libraries.Models.Where(static model => model.Kind == ModelKind.TorchModule);
            problems.AddRange(modules.Select(
                static parsed => new DiagnosticInfo(DiagnosticDescriptors.NoTorchAdapter, parsed.Locations[0], parsed.Model!.Name)));
            problems.AddRange(others.Select(static model => new DiagnosticInfo(DiagnosticDescriptors.NoTorchAdapter, null, model.Name)));
        }

        var names = exported.Models.Select(static model => model.Library).Distinct().ToList();
        var known = names.Count == 0 ? "no library has shared models" : $"shared models are in {string.Join(" and ", names)}";
        problems.AddRange(excluded
            .Where(library => !names.Exists(name => Is(library.Name, name)))
            .Select(library => new DiagnosticInfo(DiagnosticDescriptors.UnknownLibrary, library.Location, library.Name, known)));
        return problems.Distinct();
    }

    private static bool Is(string excluded, string library) => string.Equals(excluded, library, StringComparison.OrdinalIgnoreCase);
}
