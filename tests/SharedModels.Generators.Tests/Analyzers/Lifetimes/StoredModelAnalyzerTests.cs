using SharedModels.Generators.Analyzers.Lifetimes;

namespace SharedModels.Generators.Tests.Analyzers.Lifetimes;

public sealed class StoredModelAnalyzerTests
{
    [Theory]
    [InlineData("Owl? _owl; void M() => _owl = [|lease.Model|];")]
    [InlineData("static Owl? s_owl; void M() { s_owl = [|lease.Model|]; }")]
    [InlineData("object? Any { get; set; } void M() { Any = [|lease.Model|]; }")]
    [InlineData("Owl? _owl; void M() => _owl ??= [|lease.Model|];")]
    [InlineData("Owl? _owl; void M() { var owl = lease.Model; _owl = [|owl|]; }")]
    [InlineData("Owl? _owl; void M(C other) => other._owl = [|lease.Model|];")]
    [InlineData("readonly Owl _owl = [|lease.Model|];")]
    [InlineData("Owl Owl { get; } = [|lease.Model|];")]
    [InlineData("Owl? _owl; void M() => _owl = [|lease?.Model|];")]
    public Task Storing_a_model_is_reported(string members) =>
        Source.AssertReportsAsync(new StoredModelAnalyzer(), "SHM009", InClass(members));

    [Theory]
    [InlineData("void M() { var owl = lease.Model; owl.Detect(); }")]
    [InlineData("int _count; void M() => _count = lease.Model.Detect();")]
    [InlineData("IModelLease<Owl> _lease = lease;")]
    [InlineData(
        "sealed class Call { public Owl? Owl { get; set; } } void M() { var call = new Call { Owl = lease.Model }; call.Owl.Detect(); }")]
    [InlineData("sealed class Box { public Owl Model => new(); } Owl? _owl; void M(Box box) => _owl = box.Model;")]
    [InlineData("Owl Current => lease.Model;")]
    public Task Using_a_model_without_storing_it_is_not_reported(string members) =>
        Source.AssertQuietAsync(new StoredModelAnalyzer(), InClass(members));

    private static string InClass(string members) => $"class C(IModelLease<Owl> lease) {{ {members} void Use() => lease.Dispose(); }}";
}
