using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Diagnostics;

/// <summary>The diagnostics of the analyzers. DIAGNOSTICS.md in the project's folder describes each of them.</summary>
internal static class DiagnosticDescriptors
{
    // The build writes the address of the page into the assembly.
    private static readonly string Page = typeof(DiagnosticDescriptors).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static attribute => attribute.Key == "DiagnosticsPage").Value + "#";

    /// <summary>The tag of diagnostics that are reported at the end of a compilation.</summary>
    private const string AtEnd = WellKnownDiagnosticTags.CompilationEnd;

    public static readonly DiagnosticDescriptor UnusableClass = new(
        "SHM001",
        "Class cannot be a shared model",
        "Class '{0}' cannot be a shared model because it is {1}; make it a concrete, non-generic class that is accessible in its whole "
        + "assembly, or remove [SharedModel]",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm001");

    public static readonly DiagnosticDescriptor NoUsableConstructor = new(
        "SHM002",
        "Shared model has no usable constructor",
        "Generated code cannot call a constructor of class '{0}': {1}",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm002");

    public static readonly DiagnosticDescriptor InvalidId = new(
        "SHM003",
        "Invalid model id",
        "'{0}' of class '{1}' is not a valid model id; use 1 to 100 letters (A to Z), digits, '.', '_' and '-' in [SharedModel]",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm003");

    public static readonly DiagnosticDescriptor DuplicateId = new(
        "SHM004",
        "Duplicate model id",
        "Id '{0}' of class '{1}' is already used by a model of class '{2}'; give each [SharedModel] an id that is unique "
        + "regardless of case",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm004",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor InvalidKeepAlive = new(
        "SHM005",
        "Invalid KeepAlive value",
        "KeepAlive of class '{1}' is '{0}', which is not a valid time; use hours, minutes and seconds such as 00:05:00, or 00:00:00 to "
        + "free the model after each use",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm005");

    public static readonly DiagnosticDescriptor InvalidMaxLeases = new(
        "SHM006",
        "Invalid MaxLeases value",
        "MaxLeases of class '{1}' is {0}; use 1 or more, or SharedModelAttribute.PerProcessor, or omit it for exclusive use",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm006");

    public static readonly DiagnosticDescriptor LeaseInSingleton = new(
        "SHM007",
        "Do not inject a lease into a singleton",
        "Parameter '{0}' injects a lease of one scope into '{1}', which outlives every scope; inject ISharedModelManager instead, and "
        + "fetch the model where it is used: await using var lease = await manager.FetchModelAsync<T>(cancellationToken)",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm007",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor LeaseOutlivesScope = new(
        "SHM008",
        "Lease outlives its scope",
        "{0} keeps a lease of a shorter-lived scope, so the lease is used after its release or blocks its model indefinitely; fetch a "
        + "lease from ISharedModelManager where the model is used",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm008",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor StoredModel = new(
        "SHM009",
        "Do not store a leased model",
        "'{0}' stores the model of a lease, but the model may have left its device when it is used; keep the lease in a local variable, "
        + "and use its Model or InvokeAsync while it is held",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm009");

    public static readonly DiagnosticDescriptor ModelUsedBeforeAcquisition = new(
        "SHM010",
        "Model used before its lease is acquired",
        "The model of lease '{0}' is used on a path that does not acquire the lease; await {0}.AcquireAsync(cancellationToken) first",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm010");

    public static readonly DiagnosticDescriptor DisposedModel = new(
        "SHM011",
        "Do not dispose a leased model",
        "The model of a lease is shared and belongs to the manager; dispose the lease instead of the model",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm011");

    public static readonly DiagnosticDescriptor BlockingAcquisition = new(
        "SHM012",
        "Do not block on lease acquisition",
        "'{0}' blocks a thread that other code may need to release the device for which '{1}' waits; await it instead",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm012");

    public static readonly DiagnosticDescriptor UnawaitedAcquisition = new(
        "SHM013",
        "Lease acquisition is not awaited",
        "'{0}' is not awaited, so the code continues before it completes and its failure is not noticed; await it",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm013");

    public static readonly DiagnosticDescriptor SuccessiveAcquisition = new(
        "SHM014",
        "Acquire several leases together",
        "'{0}' waits for a model while '{1}' is held, so two such callers can deadlock; create both leases in one scope and await "
        + "ISharedModelManager.AcquireAllAsync, or dispose '{1}' first",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm014");

    public static readonly DiagnosticDescriptor UndisposedLease = new(
        "SHM015",
        "Fetched lease is not disposed",
        "The lease that '{0}' returns is never disposed, so no other caller can use the model; use 'await using var lease = await …'",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm015");

    public static readonly DiagnosticDescriptor ConstructedModel = new(
        "SHM016",
        "Lease the shared model instead of constructing it",
        "This creates a second '{0}' outside the memory budget of the manager; inject an IModelLease<{0}> instead, or pass the object to "
        + "ISharedModelManager.Add",
        "SharedModels",
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm016");

    public static readonly DiagnosticDescriptor UnknownModelId = new(
        "SHM017",
        "Unknown model id",
        "No model has the id '{0}'; {1}",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm017",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor InvalidDevice = new(
        "SHM018",
        "Invalid Device value",
        "Device of class '{1}' is {0}, which is not a member of DevicePreference; use Auto, Cpu or Accelerator, or omit it for Auto",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm018");

    public static readonly DiagnosticDescriptor LibrariesClash = new(
        "SHM020",
        "Two libraries use the same model id",
        "Libraries '{0}' and '{1}' both have a model with the id '{2}'; exclude one of them, for example with [assembly: "
        + "ExcludeSharedModels(\"{1}\")], and add its other models with AddModel",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm020",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor ClassesClash = new(
        "SHM021",
        "Two assemblies have a model class with the same name",
        "Class '{2}' is a model in both '{0}' and '{1}', and generated code cannot tell them apart; exclude one library, for example with "
        + "[assembly: ExcludeSharedModels(\"{1}\")], or rename the class",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm021",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor NoTorchAdapter = new(
        "SHM022",
        "A torch.nn.Module requires the package SharedModels.TorchSharp",
        "Class '{0}' is a torch.nn.Module, which the manager cannot load and move by itself; reference the package "
        + "SharedModels.TorchSharp, or implement ISharedModel",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm022",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor UnknownLibrary = new(
        "SHM023",
        "Unknown library in ExcludeSharedModels",
        "No referenced library with shared models is named '{0}', so nothing is excluded; {1}",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm023",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor UnregisteredModel = new(
        "SHM024",
        "Leased class is not registered as a model",
        "Class '{0}' is leased but is not registered as a model; mark it with [SharedModel], or register it with AddModel",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm024",
        customTags: AtEnd);

    public static readonly DiagnosticDescriptor AsynchronousUse = new(
        "SHM025",
        "Code of InvokeAsync is not awaited",
        "The lease does not wait for this code, which {0} and could use the model after the lease has ended; use {1}",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm025");

    public static readonly DiagnosticDescriptor ModelUsedAfterRelease = new(
        "SHM026",
        "Model used after its lease is released",
        "The model of lease '{0}' is used after the lease is disposed; dispose the lease after the last use, for example with 'await "
        + "using'",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm026");

    public static readonly DiagnosticDescriptor InvalidMaxBatchSize = new(
        "SHM027",
        "Invalid MaxBatchSize value",
        "MaxBatchSize of class '{1}' is {0}; use 1, which turns batches off, to 65536, or omit it for 32",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm027");

    public static readonly DiagnosticDescriptor InvalidBatchFailure = new(
        "SHM028",
        "Invalid BatchFailure value",
        "BatchFailure of class '{1}' is {0}, which is not a member of BatchFailure; use Split or Fail, or omit it for Split",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm028");

    public static readonly DiagnosticDescriptor UnusedBatchSetting = new(
        "SHM029",
        "Batch setting on a class that is not a batch model",
        "[SharedModel] sets {0}, but class '{1}' does not implement IBatchModel<TInput, TOutput>, so none of its inputs run in batches; "
        + "implement the interface, or remove {0}",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm029");

    public static readonly DiagnosticDescriptor AmbiguousOutput = new(
        "SHM030",
        "Batch model has several outputs for one input",
        "Class '{0}' runs batches of '{1}' with the outputs {2}, so no RunAsync is generated for this input; use an input type for each "
        + "output, or call RunAsync<TInput, TOutput>",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm030");

    public static readonly DiagnosticDescriptor SingleInputBatch = new(
        "SHM031",
        "Run a single input with RunAsync",
        "This batch always has one input, and other inputs wait until it has run; call RunAsync on a lease that is not acquired, so that "
        + "waiting inputs run together",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm031");

    public static readonly DiagnosticDescriptor OutputCount = new(
        "SHM032",
        "InvokeBatch does not return one output per input",
        "{0}, but InvokeBatch must return one output per input, in the same order; {1}",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm032");

    public static readonly DiagnosticDescriptor InvalidMaxReplicas = new(
        "SHM033",
        "Invalid MaxReplicas value",
        "MaxReplicas of class '{1}' is {0}; use 1 or more, or SharedModelAttribute.All for each device, or omit it for 1",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm033");

    public static readonly DiagnosticDescriptor UncountedSession = new(
        "SHM034",
        "Memory of an InferenceSession is not counted",
        "Class '{0}' derives from InferenceSession, so it counts as 0 bytes in every memory budget and is never evicted to make room; "
        + "derive from OnnxModel of the package SharedModels.OnnxRuntime",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm034");

    public static readonly DiagnosticDescriptor UnusableContract = new(
        "SHM035",
        "Interface cannot be the contract of a remote model",
        "No proxy is generated for interface '{0}' because {1}",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm035");

    public static readonly DiagnosticDescriptor UnusableContractMember = new(
        "SHM036",
        "Member cannot be called on another machine",
        "'{0}' cannot be called on another machine because {1}",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Page + "shm036");
}
