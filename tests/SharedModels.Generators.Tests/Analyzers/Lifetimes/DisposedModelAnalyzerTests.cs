using SharedModels.Generators.Analyzers.Lifetimes;

namespace SharedModels.Generators.Tests.Analyzers.Lifetimes;

public sealed class DisposedModelAnalyzerTests
{
    [Theory]
    [InlineData("[|lease.Model.Dispose()|];")]
    [InlineData("lease?[|.Model.Dispose()|];")]
    [InlineData("lease.Model?[|.Dispose()|];")]
    [InlineData("await [|reader.Model.DisposeAsync()|];")]
    [InlineData("((IDisposable)lease.Model).ToString(); [|((IDisposable)lease.Model).Dispose()|];")]
    [InlineData("(lease.Model as IDisposable)?[|.Dispose()|];")]
    [InlineData("using var [|model = lease.Model|];")]
    [InlineData("await using var [|model = reader.Model|];")]
    [InlineData("using (var [|model = lease.Model|]) { }")]
    [InlineData("using ([|lease.Model|]) { }")]
    [InlineData("var model = lease.Model; [|model.Dispose()|];")]
    [InlineData("if (lease.Model is IDisposable model) [|model.Dispose()|];")]
    [InlineData("Action later = () => [|lease.Model.Dispose()|]; later();")]
    public Task Disposing_a_model_is_reported(string body) =>
        Source.AssertReportsAsync(new DisposedModelAnalyzer(), "SHM011", InMethod(body));

    [Theory]
    [InlineData("lease.Dispose();")]
    [InlineData("await lease.DisposeAsync();")]
    [InlineData("using var held = lease;")]
    [InlineData("var model = lease.Model; model.Detect();")]
    [InlineData("using var own = new Owl();")]
    [InlineData("new Box().Model.Dispose();")]
    public Task Disposing_a_lease_or_another_object_is_not_reported(string body) =>
        Source.AssertQuietAsync(new DisposedModelAnalyzer(), InMethod(body));

    private static string InMethod(string body) =>
        $"class Box {{ public Owl Model => new(); }} class C {{ async Task M(IModelLease<Owl> lease, IModelLease<Reader> reader) {{ await "
        + $"Task.Yield(); {body} }} }}";
}
