using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>Puts the models of an application and of its libraries together.</summary>
internal static class Application
{
    /// <summary>The models of libraries that are not left out.</summary>
    public static EquatableArray<ModelClass> Without(EquatableArray<ModelClass> exported, EquatableArray<ExcludedLibrary> excluded) =>
        excluded.Count == 0 ? exported : new(exported.Where(model => !excluded.Any(library => Is(library.Name, model.Library))));

    /// <summary>All models, its own first; each class and each id belongs to the first that claims it.</summary>
    public static ApplicationModels Join(EquatableArray<ModelClass> own, Libraries libraries)
    {
        var models = new List<ModelClass>();
        var problems = new List<DiagnosticInfo>();
        var classes = new Dictionary<string, ModelClass>(StringComparer.Ordinal);
        var ids = new Dictionary<string, ModelClass>(StringComparer.OrdinalIgnoreCase);
        var ownIds = new HashSet<string>(own.SelectMany(static model => model.Registrations.Select(static registration => registration.Id)), StringComparer.OrdinalIgnoreCase);
        foreach (var model in own.Concat(libraries.Models))
        {
            if (model.Kind == ModelKind.TorchModule && !libraries.HasTorch)
                continue;
            if (classes.TryGetValue(model.TypeName, out var namesake))
            {
                problems.Add(new(GeneratorDescriptors.ClassesClash, null, namesake.Library, model.Library, model.TypeName.Replace("global::", "")));
                continue;
            }

            classes.Add(model.TypeName, model);
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
                    problems.Add(new(GeneratorDescriptors.LibrariesClash, null, holder.Library, model.Library, registration.Id));
                }
            }

            if (kept.Count > 0)
                models.Add(kept.Count == model.Registrations.Count ? model : model with { Registrations = new(kept) });
        }

        return new(new(models), new(problems));
    }

    /// <summary>What is wrong with the application as a whole.</summary>
    public static EquatableArray<DiagnosticInfo> Diagnose(CompilationModels read, Libraries libraries, ApplicationModels application)
    {
        var problems = new List<DiagnosticInfo>(application.Problems);
        if (!libraries.HasTorch)
        {
            var own = read.Parsed.Where(static parsed => parsed.Model?.Kind == ModelKind.TorchModule);
            var others = libraries.Models.Where(static model => model.Kind == ModelKind.TorchModule);
            problems.AddRange(own.Select(static parsed => new DiagnosticInfo(GeneratorDescriptors.NoTorchAdapter, parsed.Locations[0], parsed.Model!.Name)));
            problems.AddRange(others.Select(static model => new DiagnosticInfo(GeneratorDescriptors.NoTorchAdapter, null, model.Name)));
        }

        var names = read.Libraries.Models.Select(static model => model.Library).Distinct().ToList();
        var known = names.Count == 0 ? "there is none" : $"there is {string.Join(" and ", names)}";
        problems.AddRange(read.Excluded
            .Where(library => !names.Exists(name => Is(library.Name, name)))
            .Select(library => new DiagnosticInfo(GeneratorDescriptors.UnknownLibrary, library.Location, library.Name, known)));
        return new(problems.Distinct());
    }

    private static bool Is(string excluded, string library) => string.Equals(excluded, library, StringComparison.OrdinalIgnoreCase);
}
