using Microsoft.CodeAnalysis;
using SharedModels.CodeFixes;
using SharedModels.Generators.Analyzers.Flow;
using SharedModels.Generators.Analyzers.Lifetimes;
using SharedModels.Generators.Analyzers.Models;
using SharedModels.Generators.Analyzers.Waiting;
using SharedModels.Generators.Tests.Analyzers.Fixes;
using SharedModels.Generators.Tests.Analyzers.Flow;

namespace SharedModels.Generators.Tests.Analyzers.Batches;

/// <summary>Calls of <c>RunAsync</c>, as the analyzers of leases see them.</summary>
public sealed class RunTests
{
    [Theory]
    [InlineData("[|lease.RunAsync<string, int>(text)|];")]
    [InlineData("[|lease.RunAsync(text, ct)|];")]
    [InlineData("[|lease.RunAsync(text, new AcquireOptions(), ct)|].ConfigureAwait(false);")]
    [InlineData("[|leases.MiniLm.RunAsync(text, ct)|];")]
    [InlineData("[|manager.RunAsync<string, int>(\"minilm\", text)|];")]
    [InlineData("[|manager.RunMiniLmAsync(text, ct)|];")]
    [InlineData("var output = [|lease.RunAsync(text, ct)|];")]
    [InlineData("var output = [|manager.RunMiniLmAsync(text)|].AsTask();")]
    public Task A_run_that_is_not_awaited_is_reported(string body) =>
        Source.AssertReportsAsync(new UnawaitedAnalyzer(), "SHM013", InMethod(body));

    [Theory]
    [InlineData("_ = await lease.RunAsync(text, ct);")]
    [InlineData("var outputs = await Task.WhenAll(lease.RunAsync(text).AsTask(), manager.RunMiniLmAsync(text).AsTask());")]
    [InlineData("var run = lease.RunAsync(text, ct); _ = await run;")]
    [InlineData("_ = manager.RunMiniLmAsync(text, ct);")]
    [InlineData("Other.RunAsync(text); Other.RunMiniLmAsync(manager, text);")]
    public Task A_run_that_is_awaited_or_discarded_is_not_reported(string body) =>
        Source.AssertQuietAsync(new UnawaitedAnalyzer(), InMethod(body));

    [Theory]
    [InlineData("_ = [|lease.RunAsync<string, int>(text).Result|];")]
    [InlineData("_ = [|lease.RunAsync(text, ct).AsTask().Result|];")]
    [InlineData("_ = [|manager.RunMiniLmAsync(text, ct).GetAwaiter().GetResult()|];")]
    [InlineData("[|manager.RunAsync<string, int>(\"minilm\", text).AsTask().Wait()|];")]
    public Task Blocking_on_a_run_is_reported(string body) =>
        Source.AssertReportsAsync(new BlockingAnalyzer(), "SHM012", InMethod(body));

    [Theory]
    [InlineData("[|lease.RunAsync(text, ct)|];", "await lease.RunAsync(text, ct);")]
    [InlineData("[|manager.RunMiniLmAsync(text, ct)|];", "await manager.RunMiniLmAsync(text, ct);")]
    public Task A_dropped_run_is_awaited(string body, string expected) =>
        FixRun.AssertFixesAsync(new UnawaitedAnalyzer(), new AwaitCodeFix(), InMethod(body), InMethod(expected));

    [Fact]
    public Task A_run_is_awaited_instead_of_blocked_on() => FixRun.AssertFixesAsync(
        new BlockingAnalyzer(),
        new AwaitCodeFix(),
        InMethod("var output = [|lease.RunAsync(text, ct).Result|];"),
        InMethod("var output = await lease.RunAsync(text, ct);"));

    [Theory]
    [InlineData("_ = await lease.RunAsync(text, ct);")]
    [InlineData("_ = await lease.RunAsync<string, int>(text, null, ct);")]
    [InlineData("_ = await leases.MiniLm.RunAsync(text, ct); _ = await manager.RunMiniLmAsync(text, ct);")]
    [InlineData("await lease.AcquireAsync(ct); _ = await lease.RunAsync(text, ct); lease.Model.Prepare();")]
    [InlineData("await lease.AcquireAsync(ct); await lease.DisposeAsync(); _ = await lease.RunAsync(text, ct);")]
    public Task A_run_needs_no_acquisition(string body) => Source.AssertQuietAsync(new LeaseFlowAnalyzer(), Endpoint(body));

    [Theory]
    [InlineData("_ = await lease.RunAsync(text, ct); [|lease.Model|].Prepare();")]
    [InlineData("_ = await lease.RunAsync<string, int>(text, null, ct); [|lease.Model|].Prepare();")]
    [InlineData("_ = await leases.MiniLm.RunAsync(text, ct); [|leases.MiniLm.Model|].Prepare();")]
    [InlineData("_ = await lease.RunAsync(text); await [|lease.InvokeAsync(model => model.Prepare(), ct)|];")]
    public Task A_run_does_not_acquire_its_lease(string body) =>
        Source.AssertReportsAsync(new LeaseFlowAnalyzer(), "SHM010", Endpoint(body));

    [Fact]
    public Task A_run_does_not_end_the_release_of_its_lease() => Source.AssertReportsAsync(
        new LeaseFlowAnalyzer(),
        "SHM026",
        InMethod("await lease.AcquireAsync(ct); await lease.DisposeAsync(); _ = await lease.RunAsync(text); [|lease.Model|].Prepare();"));

    [Theory]
    [InlineData("var held = await [|manager.FetchMiniLmAsync(ct)|]; _ = await held.RunAsync(text, ct);")]
    [InlineData("var held = await [|manager.FetchMiniLmAsync(ct)|]; _ = await held.RunAsync<string, int>(text);")]
    [InlineData("_ = await (await [|manager.FetchMiniLmAsync(ct)|]).RunAsync(text, ct);")]
    [InlineData("_ = await (await [|manager.FetchMiniLmAsync(ct)|]).RunAsync<string, int>(text);")]
    public Task A_fetched_lease_that_only_runs_inputs_is_not_disposed(string body) =>
        Source.AssertReportsAsync(new UndisposedLeaseAnalyzer(), "SHM015", InMethod(body));

    [Theory]
    [InlineData("await using var held = await manager.FetchMiniLmAsync(ct); _ = await held.RunAsync(text, ct);")]
    [InlineData("var held = await manager.FetchMiniLmAsync(ct); _ = await held.RunAsync(text, ct); held.Dispose();")]
    [InlineData("var held = await manager.FetchMiniLmAsync(ct); _ = await held.RunAsync(text, ct); Other.Keep(held);")]
    public Task A_fetched_lease_that_is_disposed_or_passed_on_is_not_reported(string body) =>
        Source.AssertQuietAsync(new UndisposedLeaseAnalyzer(), InMethod(body));

    [Fact]
    public Task A_singleton_has_no_lease_to_run_inputs_on() => Source.AssertReportsAsync(
        new SingletonAnalyzer(),
        "SHM007",
        "class C(IModelLease<MiniLm> [|lease|]) : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) => "
        + $"lease.RunAsync(\"\", ct).AsTask(); }}{BatchSource.MiniLm}");

    [Fact]
    public Task A_singleton_runs_inputs_with_the_manager() => Source.AssertQuietAsync(
        new SingletonAnalyzer(),
        "class C(ISharedModelManager manager) : BackgroundService { protected override Task ExecuteAsync(CancellationToken ct) => "
        + $"manager.RunMiniLmAsync(\"\", ct).AsTask(); }}{BatchSource.MiniLm}");

    [Fact]
    public Task A_closure_that_outlives_the_scope_runs_no_inputs_on_its_lease() => Source.AssertReportsAsync(
        new EscapedLeaseAnalyzer(),
        "SHM008",
        InMethod("_ = Task.Run(() => [|lease|].RunAsync<string, int>(text)); _ = Task.Run(() => [|lease|].RunAsync(text));"));

    [Fact]
    public Task An_unknown_id_is_reported() => Source.AssertReportsAsync(
        new ModelIdAnalyzer(),
        "SHM017",
        "using var manager = new SharedModelManager(); await manager.RunAsync<string, int>(\"minilm\", \"a\"); await "
        + $"manager.RunAsync<string, int>([|\"minilmm\"|], \"a\");{BatchSource.MiniLm}",
        OutputKind.ConsoleApplication);

    private static string InMethod(string body) =>
        "#pragma warning disable CS4014\nclass C { async Task M(IModelLease<MiniLm> lease, ModelLeases leases, ISharedModelManager "
        + $"manager, string text, CancellationToken ct) {{ await Task.Yield(); {body} }} }} static class Other {{ public static Task "
        + "RunAsync(string text) => Task.CompletedTask; public static Task RunMiniLmAsync(ISharedModelManager manager, string text) => "
        + $"Task.CompletedTask; public static void Keep(IModelLease lease) {{ }} }}{BatchSource.MiniLm}";

    private static string Endpoint(string body) =>
        "using Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Routing; class C { void Map(IEndpointRouteBuilder routes) => "
        + "routes.MapGet(\"/\", async (IModelLease<MiniLm> lease, ModelLeases leases, ISharedModelManager manager, string text, "
        + $"CancellationToken ct) => {{ await Task.Yield(); {body} }}); }}{BatchSource.MiniLm}{Endpoints.Source}";
}
