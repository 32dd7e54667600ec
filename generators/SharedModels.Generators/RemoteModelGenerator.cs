using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SharedModels.Generators.Emission;

namespace SharedModels.Generators;

/// <summary>
/// Finds the interfaces with <c>[RemoteModel]</c>, and generates a proxy and a description of each. <c>RemoteContractAnalyzer</c> reports
/// the interfaces that cannot be called from other machines.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class RemoteModelGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step that parses contracts. Tests use it to check that it is cached.</summary>
    internal const string Contracts = nameof(Contracts);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var contracts = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.RemoteModelAttribute,
                static (node, _) => node is InterfaceDeclarationSyntax,
                static (found, _) => ContractParser.Parse((INamedTypeSymbol)found.TargetSymbol).Contract)
            .Where(static contract => contract is not null)
            .WithTrackingName(Contracts);

        context.RegisterSourceOutput(contracts, static (output, contract) => output.AddSource(
            $"SharedModels.Remote.{contract!.Name}.g.cs",
            SourceText.From(ContractSource.Emit(contract), System.Text.Encoding.UTF8)));
    }
}
