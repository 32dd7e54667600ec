namespace SharedModels.Generators;

/// <summary>Names of the library and of the framework that the generator and the analyzers look for.</summary>
internal static class KnownNames
{
    public const string AbstractionsAssembly = "SharedModels.Abstractions";
    public const string SharedModelAttribute = "SharedModels.SharedModelAttribute";
    public const string SharedModelExportAttribute = "SharedModels.SharedModelExportAttribute";
    public const string Lease = "SharedModels.IModelLease";
    public const string LeaseScope = "SharedModels.IModelLeaseScope";
    public const string Manager = "SharedModels.ISharedModelManager";
    public const string Builder = "Microsoft.Extensions.DependencyInjection.ISharedModelsBuilder";
    public const string FromKeyedServicesAttribute = "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";
    public const string ActivatorUtilitiesConstructorAttribute = "Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute";
    public const string SetsRequiredMembersAttribute = "System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute";
    public const string ObsoleteAttribute = "System.ObsoleteAttribute";
}
