using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers;

/// <summary>The library's types and members, which are looked up once per compilation.</summary>
internal sealed class LeaseSymbols
{
    private static readonly string[] TestFrameworks =
    [
        "xunit.core", "xunit.v3.core", "nunit.framework", "Microsoft.VisualStudio.TestPlatform.TestFramework", "MSTest.TestFramework",
        "TUnit.Core",
    ];

    private readonly INamedTypeSymbol _attribute;
    private readonly INamedTypeSymbol? _lease;
    private readonly INamedTypeSymbol? _leaseOfModel;
    private readonly INamedTypeSymbol? _manager;
    private readonly INamedTypeSymbol? _scope;
    private readonly INamedTypeSymbol? _hostedService;
    private readonly INamedTypeSymbol? _batchModel;
    private readonly IAssemblySymbol _assembly;

    private LeaseSymbols(Compilation compilation, INamedTypeSymbol attribute)
    {
        _attribute = attribute;
        _assembly = compilation.Assembly;
        _lease = compilation.GetTypeByMetadataName(KnownNames.Lease);
        _leaseOfModel = compilation.GetTypeByMetadataName(KnownNames.LeaseOfModel);
        _manager = compilation.GetTypeByMetadataName(KnownNames.Manager);
        _scope = compilation.GetTypeByMetadataName(KnownNames.LeaseScope);
        _batchModel = compilation.GetTypeByMetadataName(KnownNames.BatchModelDefinition);
        _hostedService = compilation.GetTypeByMetadataName("Microsoft.Extensions.Hosting.IHostedService");
        IsApplication = compilation.GetTypeByMetadataName(KnownNames.Builder) is not null;
        IsTest = compilation.ReferencedAssemblyNames.Any(static assembly => TestFrameworks.Contains(assembly.Name));
    }

    /// <summary>Indicates whether the compilation references the manager.</summary>
    public bool IsApplication { get; }

    public bool IsTest { get; }

    public static LeaseSymbols? Find(Compilation compilation) =>
        compilation.GetTypeByMetadataName(KnownNames.SharedModelAttribute) is { } attribute ? new(compilation, attribute) : null;

    public bool IsModel(ITypeSymbol? type) =>
        type is INamedTypeSymbol && type.GetAttributes().Any(attribute => Same(attribute.AttributeClass, _attribute));

    /// <summary>Indicates whether an attribute of a model says that its inputs run one at a time.</summary>
    public bool MayLimitBatchesToOne(ITypeSymbol model) => model.GetAttributes().Any(
        attribute => Same(attribute.AttributeClass, _attribute)
            && attribute.NamedArguments.Any(static argument => argument is { Key: BatchParser.MaxBatchSize, Value.Value: 1 }));

    public bool IsLease(ITypeSymbol? type) => Is(type, _lease);

    /// <summary>Returns the class of the model of an <c>IModelLease&lt;T&gt;</c>, or <see langword="null"/> for another type.</summary>
    public ITypeSymbol? ModelOf(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeArguments.Length: 1 } lease && Same(lease.OriginalDefinition, _leaseOfModel)
            ? lease.TypeArguments[0]
            : null;

    public bool IsManager(ITypeSymbol? type) => Is(type, _manager);

    public bool IsHostedService(ITypeSymbol? type) => Is(type, _hostedService);

    /// <summary>Indicates whether a type is the generated <c>ModelLeases</c>, whose properties are the leases of a scope.</summary>
    public bool IsLeases(ITypeSymbol? type) => type is not null && IsGenerated(type, "ModelLeases");

    /// <summary>Indicates whether a type is a lease, or provides the leases of a scope.</summary>
    public bool IsOfScope(ITypeSymbol? type) => IsLease(type) || Is(type, _scope) || IsLeases(type);

    /// <summary>Indicates whether a property is <c>lease.Model</c>.</summary>
    public bool IsModelOfLease(IPropertySymbol property) => property.Name == "Model" && IsLease(property.ContainingType);

    public bool IsAcquire(IMethodSymbol method) => method.Name == "AcquireAsync" && IsLease(method.ContainingType);

    public bool IsInvoke(IMethodSymbol method) => method.Name == "InvokeAsync" && IsLease(method.ContainingType);

    /// <summary>Indicates whether a method uses the model of a lease: <c>InvokeAsync</c> or <c>StreamAsync</c>.</summary>
    public bool IsUse(IMethodSymbol method) =>
        method.Name is "InvokeAsync" or "StreamAsync" && IsLease(method.ContainingType);

    public bool IsTryAcquire(IMethodSymbol method) => method.Name == "TryAcquire" && IsLease(method.ContainingType);

    /// <summary>Indicates whether a method fetches a lease: <c>FetchModelAsync</c>, or a generated method that calls it.</summary>
    public bool IsFetch(IMethodSymbol method) => method.Name == "FetchModelAsync"
        ? IsManager(method.ContainingType)
        : method.Name.StartsWith("Fetch", StringComparison.Ordinal) && IsGenerated(method.ContainingType, "SharedModelFetchExtensions");

    /// <summary>Indicates whether a method runs one input of a batch model: <c>RunAsync</c>, or a generated method that calls it.</summary>
    public bool IsRun(IMethodSymbol method) =>
        (method.Name == "RunAsync" && (IsLease(method.ContainingType) || IsManager(method.ContainingType)))
            || (method.Name.StartsWith("Run", StringComparison.Ordinal) && IsGenerated(method.ContainingType, "SharedModelRunExtensions"));

    /// <summary>Indicates whether an argument is the lease on which a generated <c>RunAsync</c> is called.</summary>
    public bool IsLeaseOfRun(IArgumentOperation argument) =>
        argument is
        {
            Parameter: { Ordinal: 0, Type: { } type },
            Parent: IInvocationOperation { TargetMethod: { IsExtensionMethod: true } method },
        }
            && IsLease(type)
            && IsRun(method);

    /// <summary>Indicates whether a method is <c>InvokeBatch</c> of a batch model.</summary>
    public bool IsInvokeBatch(IMethodSymbol method)
    {
        // An explicit implementation has the interface in its name.
        if (!method.Name.EndsWith("InvokeBatch", StringComparison.Ordinal))
            return false;
        for (var part = method; part is not null; part = part.OverriddenMethod)
        {
            if (IsBatchModel(part.ContainingType) || part.ContainingType.AllInterfaces.Where(IsBatchModel).Any(
                model => Same(part.ContainingType.FindImplementationForInterfaceMember(model.GetMembers("InvokeBatch")[0]), part)))
                return true;
        }

        return false;
    }

    public bool IsAcquireAll(IMethodSymbol method) =>
        method.Name == "AcquireAllAsync" && (IsManager(method.ContainingType) || Is(method.ContainingType, _scope));

    /// <summary>Indicates whether a method acquires all leases of a scope, including leases that the container has injected.</summary>
    public bool IsAcquireScope(IMethodSymbol method) => IsAcquireAll(method) && Is(method.ContainingType, _scope);

    public bool IsCreate(IMethodSymbol method) => method.Name == "CreateLease" && Is(method.ContainingType, _scope);

    public bool IsAdd(IMethodSymbol method) => method.Name == "Add" && IsManager(method.ContainingType);

    /// <summary>Indicates whether code that receives an object of the type can register models with it.</summary>
    public bool MayRegister(ITypeSymbol type) => type.Name == "ISharedModelsBuilder" || IsManager(type);

    /// <summary>Indicates whether an assembly is this compilation or one of the library's own assemblies.</summary>
    public bool IsKnown(IAssemblySymbol? assembly) =>
        assembly is null
            || Same(assembly, _assembly)
            || assembly.Name == KnownNames.ManagerAssembly
            || assembly.Name.StartsWith(KnownNames.ManagerAssembly + ".", StringComparison.Ordinal);

    /// <summary>Indicates whether a method waits for a model, its device or its code.</summary>
    public bool IsWait(IMethodSymbol method) =>
        IsAcquire(method) || IsInvoke(method) || IsRun(method) || IsFetch(method) || IsAcquireAll(method)
            || (method.Name is "PreloadAsync" or "EvictAsync" && IsManager(method.ContainingType));

    public static bool Same(ISymbol? one, ISymbol? other) => SymbolEqualityComparer.Default.Equals(one, other);

    private bool IsBatchModel(INamedTypeSymbol type) => Same(type.OriginalDefinition, _batchModel);

    private bool IsGenerated(ITypeSymbol type, string name) =>
        type.Name == name
            && type.ContainingNamespace is { Name: "SharedModels", ContainingNamespace.IsGlobalNamespace: true }
            && Same(type.ContainingAssembly, _assembly);

    /// <summary>Indicates whether a type is or implements another type, or is a type parameter with that constraint.</summary>
    private static bool Is(ITypeSymbol? type, INamedTypeSymbol? other)
    {
        if (type is null || other is null)
            return false;
        if (type is ITypeParameterSymbol parameter)
            return parameter.ConstraintTypes.Any(constraint => Is(constraint, other));
        return Same(type, other) || type.AllInterfaces.Any(implemented => Same(implemented, other));
    }
}
