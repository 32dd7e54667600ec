using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Diagnostics;

/// <summary>What the analyzers report; each id has its paragraph in DIAGNOSTICS.md beside the project.</summary>
internal static class DiagnosticDescriptors
{
    private const string Page = "DIAGNOSTICS.md#";

    /// <summary>Whether the diagnostic needs the whole compilation; Roslyn wants to know.</summary>
    private const string AtEnd = WellKnownDiagnosticTags.CompilationEnd;

    public static readonly DiagnosticDescriptor UnusableClass = new(
        "SHM001",
        "A shared model is a concrete class",
        "Class '{0}' cannot be a shared model because it is {1}; make it a concrete, non-generic class that its whole assembly can name, "
        + "or remove [SharedModel]",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm001");

    public static readonly DiagnosticDescriptor NoUsableConstructor = new(
        "SHM002",
        "A shared model needs a constructor that the container can call",
        "Generated code cannot call a constructor of class '{0}': {1}",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm002");

    public static readonly DiagnosticDescriptor InvalidId = new(
        "SHM003",
        "A model's id is made of letters, digits, '.', '_' and '-'",
        "'{0}' of class '{1}' cannot be a model's id; give [SharedModel] an id of 1 to 100 letters from A to Z, digits, '.', '_' and '-'",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm003");

    public static readonly DiagnosticDescriptor DuplicateId = new(
        "SHM004",
        "Models have different ids",
        "Id '{0}' of class '{1}' already belongs to a model of class '{2}'; give each [SharedModel] an id of its own, different in more "
        + "than upper and lower case",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm004",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor InvalidKeepAlive = new(
        "SHM005",
        "KeepAlive is a time",
        "KeepAlive of class '{1}' is '{0}', which is not a time; write hours, minutes and seconds such as 00:05:00, or 00:00:00 to free "
        + "the model after each use",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm005");

    public static readonly DiagnosticDescriptor InvalidMaxLeases = new(
        "SHM006",
        "MaxLeases must allow a lease",
        "MaxLeases of class '{1}' is {0}; write 1 or more, SharedModelAttribute.PerProcessor, or leave it out for exclusive use",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm006");

    public static readonly DiagnosticDescriptor LeaseInSingleton = new(
        "SHM007",
        "A singleton takes leases from the manager",
        "Parameter '{0}' gives a lease of one scope to '{1}', which outlives every scope; take ISharedModelManager instead, and fetch the "
        + "model where it is used: await using var lease = await manager.FetchModelAsync<T>(cancellationToken)",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm007",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor LeaseOutlivesScope = new(
        "SHM008",
        "A lease ends with its scope",
        "{0} keeps a lease that belongs to a shorter scope, so it is used after its release or blocks its model indefinitely; fetch a "
        + "lease from ISharedModelManager where the model is used",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm008",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor StoredModel = new(
        "SHM009",
        "A model is reached through its lease",
        "'{0}' keeps the model of a lease, and the model may have left its device when it is used; keep the lease in a local variable and "
        + "use its Model or InvokeAsync while it is held",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm009");

    public static readonly DiagnosticDescriptor ModelUsedBeforeAcquisition = new(
        "SHM010",
        "A lease is acquired before its model is used",
        "The model of lease '{0}' is used on a path on which nothing acquired it; await {0}.AcquireAsync(cancellationToken) first",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm010");

    public static readonly DiagnosticDescriptor DisposedModel = new(
        "SHM011",
        "The manager disposes models",
        "This disposes the model of a lease, which others share and the manager owns; dispose the lease instead",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm011");

    public static readonly DiagnosticDescriptor BlockingAcquisition = new(
        "SHM012",
        "Acquisition is awaited, not blocked on",
        "'{0}' blocks its thread while '{1}' waits for a device that other threads may need this one to release; await it instead",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm012");

    public static readonly DiagnosticDescriptor UnawaitedAcquisition = new(
        "SHM013",
        "Acquisition is awaited",
        "Nothing awaits '{0}', so the code goes on before it has ended and its failure goes unseen; await it",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm013");

    public static readonly DiagnosticDescriptor SuccessiveAcquisition = new(
        "SHM014",
        "Several models are acquired at once",
        "'{0}' waits for a model while '{1}' is held, so two such callers can wait for each other; create both leases in one scope and "
        + "await ISharedModelManager.AcquireAllAsync, or dispose '{1}' first",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm014");

    public static readonly DiagnosticDescriptor UndisposedLease = new(
        "SHM015",
        "A fetched lease is disposed",
        "The lease that '{0}' returns is never disposed, so nobody else gets the model; write await using var lease = await …",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm015");

    public static readonly DiagnosticDescriptor ConstructedModel = new(
        "SHM016",
        "A shared model is leased",
        "This creates a '{0}' next to the one that the manager shares, outside the memory budget; take an IModelLease<{0}> instead, or "
        + "hand the object to ISharedModelManager.Add",
        "SharedModels",
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm016");

    public static readonly DiagnosticDescriptor UnknownModelId = new(
        "SHM017",
        "A model's id is one of the catalogue",
        "No model has the id '{0}'; {1}",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm017",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor InvalidDevice = new(
        "SHM018",
        "Device is a member of DevicePreference",
        "Device of class '{1}' is {0}, which is no member of DevicePreference; write Auto, Cpu or Accelerator, or leave it out for Auto",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm018");

    public static readonly DiagnosticDescriptor LibrariesClash = new(
        "SHM020",
        "Models of different libraries have different ids",
        "Library '{0}' and library '{1}' both have a model with the id '{2}'; leave one of them out, by [assembly: "
        + "ExcludeSharedModels(\"{1}\")], and add what else is wanted of it by hand",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm020",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor ClassesClash = new(
        "SHM021",
        "Models of different assemblies have different class names",
        "Class '{2}' is a model of '{0}' and of '{1}', and generated code cannot tell them apart; leave one of them out, by [assembly: "
        + "ExcludeSharedModels(\"{1}\")], or rename it",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm021",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor NoTorchAdapter = new(
        "SHM022",
        "A torch.nn.Module needs the package SharedModels.TorchSharp",
        "Class '{0}' is a torch.nn.Module, which the manager cannot load and move by itself; reference the package "
        + "SharedModels.TorchSharp, or implement ISharedModel",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm022",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor UnknownLibrary = new(
        "SHM023",
        "ExcludeSharedModels names a library with models",
        "No referenced library with models is called '{0}', so nothing is left out; {1}",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm023",
        customTags: AtEnd);
}
