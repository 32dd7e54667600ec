using Microsoft.CodeAnalysis;
using SharedModels.Generators.Analyzers.Lifetimes;

namespace SharedModels.Generators.Tests.Analyzers.Lifetimes;

public sealed class EscapedLeaseAnalyzerTests
{
    [Theory]
    [InlineData("static IModelLease<Owl>? [|s_lease|];")]
    [InlineData("static IModelLease? [|Lease|] { get; set; }")]
    [InlineData("static ModelLeases? [|s_leases|];")]
    [InlineData("[ThreadStatic] static IModelLeaseScope? [|s_scope|];")]
    [InlineData("void M() => _ = Task.Run(() => [|lease|].Model.Detect());")]
    [InlineData("void M() { Task.Run(async () => { await [|lease|].AcquireAsync(); }); }")]
    [InlineData("void M(ModelLeases leases) { _ = Task.Factory.StartNew(() => [|leases|].Owl.Model.Detect()); }")]
    [InlineData("void M() => ThreadPool.QueueUserWorkItem(_ => [|lease|].Model.Detect());")]
    [InlineData("Timer? _timer; void M() => _timer = new Timer(_ => [|lease|].Model.Detect());")]
    [InlineData("event EventHandler? Changed; void M() => Changed += (_, _) => Use([|lease|]);")]
    [InlineData("readonly IModelLease<Owl> _lease = lease; void M() => _ = Task.Run(() => [|_lease|].Model.Detect());")]
    public Task A_lease_that_may_be_used_after_its_scope_has_ended_is_reported(string members) =>
        Source.AssertReportsAsync(new EscapedLeaseAnalyzer(), "SHM008", InClass(members));

    [Theory]
    [InlineData("IModelLease<Owl>? _lease;")]
    [InlineData("static IModelLease<Owl>? None => null;")]
    [InlineData("async Task M() => await Task.Run(() => lease.Model.Detect());")]
    [InlineData("Task M() => Task.Run(() => lease.Model.Detect());")]
    [InlineData("async Task M() { var task = Task.Run(() => lease.Model.Detect()); await task.ConfigureAwait(false); }")]
    [InlineData("async Task M() => await Task.WhenAll(Task.Run(() => lease.Model.Detect()));")]
    [InlineData(
        "void M(ISharedModelManager manager) => _ = Task.Run(async () => { await using var own = await manager.FetchModelAsync<Owl>(); "
        + "own.Model.Detect(); });")]
    [InlineData("void M() => _ = Task.Run(() => lease.Dispose());")]
    [InlineData("void M() => _ = Task.Run(async () => { await using var held = lease; lease.Model.Detect(); });")]
    [InlineData("void M() => _ = Task.Run(() => Console.WriteLine(lease.ModelId));")]
    [InlineData("void M() { using var timer = new Timer(_ => lease.Model.Detect()); }")]
    [InlineData("void M() { var source = new C(lease); source.Changed += (_, _) => lease.Model.Detect(); } event EventHandler? Changed;")]
    [InlineData("void M() => Enumerable.Range(0, 3).Select(_ => lease.Model.Detect()).ToList();")]
    public Task A_lease_that_ends_with_its_scope_is_not_reported(string members) =>
        Source.AssertQuietAsync(new EscapedLeaseAnalyzer(), InClass(members));

    [Fact]
    public Task A_lease_of_the_program_itself_is_not_reported() => Source.AssertQuietAsync(
        new EscapedLeaseAnalyzer(),
        "using var manager = new SharedModelManager(); await using var lease = await manager.FetchModelAsync<Owl>(); "
        + "Console.CancelKeyPress += (_, _) => lease.Model.Detect();",
        OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("Delegate endpoint = (IModelLease<Owl> lease) => { _ = Task.Run(() => [|lease|].Model.Detect()); };")]
    [InlineData("static void Handle(IModelLease<Owl> lease) => _ = Task.Run(() => [|lease|].Model.Detect());")]
    [InlineData("Action<IModelLeaseScope> use = scope => { var l = scope.CreateLease<Owl>(); _ = Task.Run(() => [|l|].Model.Detect()); };")]
    public Task An_endpoint_of_the_program_is_analyzed(string statements) => Source.AssertReportsAsync(
        new EscapedLeaseAnalyzer(), "SHM008", $"#pragma warning disable CS8321\n{statements}", OutputKind.ConsoleApplication);

    private static string InClass(string members) =>
        $"#pragma warning disable CS4014, CS0067\nclass C(IModelLease<Owl> lease) {{ {members} void Use(IModelLease used) => "
        + $"lease.Dispose(); }}";
}
