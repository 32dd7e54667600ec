using SharedModels.CodeFixes;
using SharedModels.Generators.Analyzers.Batches;
using SharedModels.Generators.Tests.Analyzers.Fixes;

namespace SharedModels.Generators.Tests.Analyzers.Batches;

public sealed class SingleInputAnalyzerTests
{
    [Theory]
    [InlineData("_ = await lease.InvokeAsync(model => [|model.InvokeBatch([text], ct)|][0], ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => { var all = [|model.InvokeBatch(new[] { text }, ct)|]; return all[0]; }, ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => [|model.InvokeBatch(new List<string> { text }, ct)|].Single(), ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => [|((IBatchModel<string, int>)model).InvokeBatch([text], ct)|][0], ct);")]
    [InlineData("_ = [|lease.Model.InvokeBatch([text], ct)|][0];")]
    [InlineData("var model = lease.Model; model.Prepare(); _ = [|model.InvokeBatch(cancellationToken: ct, inputs: [text])|];")]
    [InlineData("_ = leases.MiniLm.Model.Offset + [|leases.MiniLm.Model.InvokeBatch([text], ct)|].Count;")]
    public Task A_batch_of_one_input_on_a_lease_is_reported(string body) =>
        Source.AssertReportsAsync(new SingleInputAnalyzer(), "SHM031", InMethod(body));

    [Theory]
    [InlineData("_ = await lease.InvokeAsync(model => model.InvokeBatch([text, text], ct)[0], ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => model.InvokeBatch([.. texts], ct)[0], ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => model.InvokeBatch(texts, ct)[0], ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => { model.Prepare(); return model.InvokeBatch([text], ct)[0]; }, ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => model.InvokeBatch([text], ct)[0] + model.Offset, ct);")]
    [InlineData("_ = lease.Model.InvokeBatch(new string[1], ct);")]
    [InlineData("_ = lease.Model.InvokeBatch(new List<string>(texts), ct);")]
    [InlineData("_ = await lease.RunAsync(text, ct);")]
    [InlineData("_ = new MiniLm().InvokeBatch([text], ct);")]
    [InlineData("Func<MiniLm, int> run = model => model.InvokeBatch([text], ct)[0]; await lease.InvokeAsync(run, ct);")]
    [InlineData("_ = other.InvokeBatch([text], ct);")]
    [InlineData("await using var small = await Other.Small.FetchModelAsync<Small>(ct); _ = small.Model.InvokeBatch([text], ct);")]
    public Task Other_batches_are_not_reported(string body) => Source.AssertQuietAsync(new SingleInputAnalyzer(), InMethod(body));

    [Fact]
    public Task Tests_can_run_batches_of_one_input()
    {
        var test = new AnalyzerTest([new SingleInputAnalyzer()], id: null, InMethod("_ = lease.Model.InvokeBatch([text], ct);"));
        test.TestState.AdditionalReferences.Add(typeof(FactAttribute).Assembly);
        return test.RunAsync();
    }

    [Theory]
    [InlineData("_ = await lease.InvokeAsync(model => [|model.InvokeBatch([text], ct)|][0], ct);", "_ = await lease.RunAsync(text, ct);")]
    [InlineData(
        "_ = await lease.InvokeAsync(model => [|model.InvokeBatch(new[] { text + 1 }, ct)|][0]).ConfigureAwait(false);",
        "_ = await lease.RunAsync(text + 1, ct).ConfigureAwait(false);")]
    [InlineData(
        "_ = await lease.InvokeAsync(model => [|model.InvokeBatch(new string[] { text }, default)|][0], ct);",
        "_ = await lease.RunAsync(text, ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => [|model.InvokeBatch([text], default)|][0]);", "_ = await lease.RunAsync(text);")]
    [InlineData(
        "_ = await any.InvokeAsync(model => [|model.InvokeBatch([text], default)|][0]);", "_ = await any.RunAsync<string, int>(text);")]
    [InlineData("_ = [|lease.Model.InvokeBatch([text], ct)|][0] /* Now. */;", "_ = await lease.RunAsync(text, ct) /* Now. */;")]
    [InlineData(
        "_ = [|lease.Model.InvokeBatch([text], ct)|][0].ToString();", "_ = (await lease.RunAsync(text, ct)).ToString();")]
    [InlineData(
        "_ = await any.InvokeAsync(model => [|model.InvokeBatch([text], ct)|][0], ct);",
        "_ = await any.RunAsync<string, int>(text, cancellationToken: ct);")]
    public Task A_batch_of_one_input_becomes_a_run(string body, string expected) =>
        FixRun.AssertFixesAsync(new SingleInputAnalyzer(), new SingleInputCodeFix(), InMethod(body), InMethod(expected));

    [Theory]
    [InlineData("_ = await lease.InvokeAsync(model => [|model.InvokeBatch([text], ct)|], ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => [|model.InvokeBatch([text], ct)|][0] + 1, ct);")]
    [InlineData("_ = await lease.InvokeAsync(model => { return [|model.InvokeBatch([text], ct)|][0]; }, ct);")]
    [InlineData("_ = await lease.InvokeAsync(cancellationToken: ct, use: model => [|model.InvokeBatch([text], ct)|][0]);")]
    [InlineData("_ = await lease.InvokeAsync<object>(model => [|model.InvokeBatch([text], ct)|][0], ct);")]
    [InlineData("_ = await await lease.InvokeAsync(async model => [|model.InvokeBatch([text], ct)|][0], ct);")]
    [InlineData("_ = [|lease.Model.InvokeBatch([text], ct)|];")]
    [InlineData("Func<int> later = () => [|lease.Model.InvokeBatch([text], ct)|][0];")]
    [InlineData("var model = lease.Model; _ = [|model.InvokeBatch([text], ct)|][0];")]
    [InlineData("_ = [|lease.Model.InvokeBatch(new List<string> { text }, ct)|][0];")]
    public Task No_fix_is_offered_for_a_batch_of_another_shape(string body) =>
        FixRun.AssertNotOfferedAsync(new SingleInputAnalyzer(), new SingleInputCodeFix(), InMethod(body));

    private static string InMethod(string body) =>
        "using System.Collections.Generic; class C { async Task M(IModelLease<MiniLm> lease, IModelLease<Base> any, ModelLeases leases, "
        + $"Other other, List<string> texts, string text, CancellationToken ct) {{ await Task.Yield(); {body} }} }} class Other {{ public "
        + "static ISharedModelManager Small => null!; public int InvokeBatch(string[] inputs, CancellationToken ct) => 1; } "
        + "[SharedModel(MaxBatchSize = 1)] class Small : Base { public override IReadOnlyList<int> InvokeBatch(IReadOnlyList<string> "
        + "inputs, CancellationToken cancellationToken) => [1]; } abstract class Base : IBatchModel<string, int> { public abstract "
        + $"IReadOnlyList<int> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken); }}{BatchSource.MiniLm}";
}
