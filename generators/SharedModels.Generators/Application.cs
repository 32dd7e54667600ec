using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>Puts the models of an application and of its libraries together.</summary>
internal static class Application
{
    /// <summary>The models of libraries that are not left out.</summary>
    public static EquatableArray<ModelClass> Without(EquatableArray<ModelClass> referenced, EquatableArray<string> excluded) =>
        excluded.Count == 0 ? referenced : new(referenced.Where(model => !excluded.Contains(model.Library, StringComparer.OrdinalIgnoreCase)));

    /// <summary>All models, its own first; each class and each id belongs to the first that claims it.</summary>
    public static ApplicationModels Join(EquatableArray<ModelClass> own, EquatableArray<ModelClass> referenced, Packages packages)
    {
        var models = new List<ModelClass>();
        var problems = new List<DiagnosticInfo>();
        var classes = new Dictionary<string, ModelClass>(StringComparer.Ordinal);
        var ids = new Dictionary<string, ModelClass>(StringComparer.OrdinalIgnoreCase);
        var ownIds = new HashSet<string>(own.SelectMany(static model => model.Registrations.Select(static registration => registration.Id)), StringComparer.OrdinalIgnoreCase);
        foreach (var model in own.Concat(referenced))
        {
            if (model.Kind == ModelKind.TorchModule && !packages.HasTorch)
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
    public static EquatableArray<DiagnosticInfo> Diagnose(
        IEnumerable<ParsedModel> own,
        EquatableArray<ModelClass> referenced,
        EquatableArray<ExcludedLibrary> excluded,
        Packages packages,
        ApplicationModels? application)
    {
        var problems = new List<DiagnosticInfo>();
        if (!packages.IsApplication || application is null)
            return default;
        if (!packages.HasTorch)
        {
            var names = new EquatableArray<string>(excluded.Select(static library => library.Name));
            problems.AddRange(own.Where(static parsed => parsed.Model?.Kind == ModelKind.TorchModule).Select(static parsed => new DiagnosticInfo(GeneratorDescriptors.NoTorchAdapter, parsed.Locations[0], parsed.Model!.Name)));
            problems.AddRange(Without(referenced, names).Where(static model => model.Kind == ModelKind.TorchModule).Select(static model => new DiagnosticInfo(GeneratorDescriptors.NoTorchAdapter, null, model.Name)));
        }

        var libraries = referenced.Select(static model => model.Library).Distinct().ToList();
        var known = libraries.Count == 0 ? "there is none" : $"there is {string.Join(" and ", libraries)}";
        problems.AddRange(excluded
            .Where(library => !libraries.Contains(library.Name, StringComparer.OrdinalIgnoreCase))
            .Select(library => new DiagnosticInfo(GeneratorDescriptors.UnknownLibrary, library.Location, library.Name, known)));
        return new(problems.Concat(application.Problems).Distinct());
    }
}
