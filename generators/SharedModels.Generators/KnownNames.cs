namespace SharedModels.Generators;

/// <summary>The names of the library and of the framework that the generator and the analyzers look for.</summary>
internal static class KnownNames
{
    public const string ManagerAssembly = "SharedModels";
    public const string AbstractionsAssembly = "SharedModels.Abstractions";
    public const string SharedModelAttribute = "SharedModels.SharedModelAttribute";
    public const string SharedModelExportAttribute = "SharedModels.SharedModelExportAttribute";
    public const string ExcludeSharedModelsAttribute = "SharedModels.ExcludeSharedModelsAttribute";
    public const string RemoteModelAttribute = "SharedModels.RemoteModelAttribute";
    public const string RemoteMethodAttribute = "SharedModels.RemoteMethodAttribute";
    public const string Token = "System.Threading.CancellationToken";
    public const string SharedModel = "SharedModels.ISharedModel";
    public const string BatchModel = "SharedModels.IBatchModel<TInput, TOutput>";
    public const string BatchModelDefinition = "SharedModels.IBatchModel`2";
    public const string PlacedModel = "SharedModels.IPlacedModel";
    public const string TorchModule = "TorchSharp.torch.nn.Module";
    public const string InferenceSession = "Microsoft.ML.OnnxRuntime.InferenceSession";
    public const string TorchExtensions = "Microsoft.Extensions.DependencyInjection.TorchSharpServiceCollectionExtensions";
    public const string Lease = "SharedModels.IModelLease";
    public const string LeaseOfModel = "SharedModels.IModelLease`1";
    public const string LeaseScope = "SharedModels.IModelLeaseScope";
    public const string Manager = "SharedModels.ISharedModelManager";
    public const string Builder = "Microsoft.Extensions.DependencyInjection.ISharedModelsBuilder";
    public const string FromKeyedServicesAttribute = "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";
    public const string ServiceKeyAttribute = "Microsoft.Extensions.DependencyInjection.ServiceKeyAttribute";
    public const string OptionsMonitor = "Microsoft.Extensions.Options.IOptionsMonitor<TOptions>";
    public const string ActivatorUtilitiesConstructorAttribute =
        "Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute";
    public const string SetsRequiredMembersAttribute = "System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute";
    public const string ObsoleteAttribute = "System.ObsoleteAttribute";
}
