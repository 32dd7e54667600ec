using Microsoft.CodeAnalysis;
using SharedModels.CodeFixes;
using SharedModels.Generators.Analyzers.Flow;
using SharedModels.Generators.Analyzers.Lifetimes;
using SharedModels.Generators.Analyzers.Models;
using SharedModels.Generators.Analyzers.Waiting;

namespace SharedModels.Generators.Tests.Analyzers.Fixes;

/// <summary>The code that each fix writes, and the places where it is not offered.</summary>
public sealed class CodeFixTests
{
    [Theory]
    [InlineData("[|lease.AcquireAsync(ct).AsTask().Wait()|];", "await lease.AcquireAsync(ct);")]
    [InlineData("[|lease.AcquireAsync(ct).GetAwaiter().GetResult()|];", "await lease.AcquireAsync(ct);")]
    [InlineData(
        "[|lease.AcquireAsync(ct).ConfigureAwait(false).GetAwaiter().GetResult()|];",
        "await lease.AcquireAsync(ct).ConfigureAwait(false);")]
    [InlineData(
        "using var owl = [|manager.FetchModelAsync<Owl>(ct).Result|]; /* Now. */",
        "using var owl = await manager.FetchModelAsync<Owl>(ct); /* Now. */")]
    [InlineData("using var owl = [|manager.FetchOwlAsync(ct).Result|];", "using var owl = await manager.FetchOwlAsync(ct);")]
    [InlineData("[|manager.FetchModelAsync<Owl>(ct).Result|].Dispose();", "(await manager.FetchModelAsync<Owl>(ct)).Dispose();")]
    [InlineData(
        "var n = [|lease.InvokeAsync(owl => owl.ToString(), ct).AsTask().Result|]!.Length;",
        "var n = (await lease.InvokeAsync(owl => owl.ToString(), ct))!.Length;")]
    public Task Blocking_is_replaced_by_await(string body, string expected) =>
        FixRun.AssertFixesAsync(new BlockingAnalyzer(), new AwaitCodeFix(), InMethod(body), InMethod(expected));

    [Theory]
    [InlineData("_ = [|lease.AcquireAsync().AsTask().Wait(100)|];")]
    [InlineData("lease?[|.AcquireAsync(ct).AsTask().Wait()|];")]
    [InlineData("Action later = () => [|lease.AcquireAsync().AsTask().Wait()|];")]
    [InlineData("void Later() => [|lease.AcquireAsync().AsTask().Wait()|];")]
    [InlineData("lock (manager) [|lease.AcquireAsync().AsTask().Wait()|];")]
    public Task No_fix_is_offered_for_blocking_that_await_cannot_replace(string body) =>
        FixRun.AssertNotOfferedAsync(new BlockingAnalyzer(), new AwaitCodeFix(), InMethod(body));

    [Theory]
    [InlineData("[|lease.AcquireAsync(ct)|];", "await lease.AcquireAsync(ct);")]
    [InlineData("[|lease.AcquireAsync(ct)|].ConfigureAwait(false);", "await lease.AcquireAsync(ct).ConfigureAwait(false);")]
    [InlineData("_ = [|lease.AcquireAsync(ct)|];", "await lease.AcquireAsync(ct);")]
    [InlineData("var task = [|lease.AcquireAsync(ct)|];", "await lease.AcquireAsync(ct);")]
    public Task A_dropped_acquisition_is_awaited(string body, string expected) =>
        FixRun.AssertFixesAsync(new UnawaitedAnalyzer(), new AwaitCodeFix(), InMethod(body), InMethod(expected));

    [Theory]
    [InlineData("lease?[|.AcquireAsync(ct)|];")]
    [InlineData("Action later = () => [|lease.AcquireAsync(ct)|];")]
    public Task No_fix_is_offered_for_an_acquisition_that_cannot_be_awaited(string body) =>
        FixRun.AssertNotOfferedAsync(new UnawaitedAnalyzer(), new AwaitCodeFix(), InMethod(body));

    [Theory]
    [InlineData("var owl = await [|manager.FetchOwlAsync(ct)|];", "await using var owl = await manager.FetchOwlAsync(ct);")]
    [InlineData("var owl = await [|manager.FetchModelAsync<Owl>(ct)|];", "await using var owl = await manager.FetchModelAsync<Owl>(ct);")]
    [InlineData(
        "\n        // Why.\n        IModelLease owl = await [|manager.FetchModelAsync<Owl>(ct)|].ConfigureAwait(false);",
        "\n        // Why.\n        await using IModelLease owl = await manager.FetchModelAsync<Owl>(ct).ConfigureAwait(false);")]
    public Task A_lease_that_is_not_disposed_is_disposed(string body, string expected) =>
        FixRun.AssertFixesAsync(new UndisposedLeaseAnalyzer(), new DisposeLeaseCodeFix(), InMethod(body), InMethod(expected));

    [Theory]
    [InlineData("await [|manager.FetchModelAsync<Owl>(ct)|];")]
    [InlineData("_ = (await [|manager.FetchModelAsync<Owl>(ct)|]).Model.Detect();")]
    [InlineData("var score = (await [|manager.FetchModelAsync<Owl>(ct)|]).Model.Detect();")]
    [InlineData("var score = await (await [|manager.FetchModelAsync<Owl>(ct)|]).InvokeAsync(owl => owl.Detect(), ct);")]
    [InlineData("switch (ct.CanBeCanceled) { case true: var owl = await [|manager.FetchModelAsync<Owl>(ct)|]; break; }")]
    public Task No_fix_is_offered_for_a_lease_without_a_variable_or_a_block(string body) =>
        FixRun.AssertNotOfferedAsync(new UndisposedLeaseAnalyzer(), new DisposeLeaseCodeFix(), InMethod(body));

    [Theory]
    [InlineData("lease.ToString(); [|lease.Model.Dispose()|];", "lease.ToString(); ")]
    [InlineData("using var [|owl = lease.Model|];", "var owl = lease.Model;")]
    [InlineData("await Task.Yield(); await [|reader.Model.DisposeAsync()|].ConfigureAwait(false);", "await Task.Yield(); ")]
    [InlineData("await Task.Yield(); lease.Model?[|.Dispose()|];", "await Task.Yield(); ")]
    public Task The_disposal_of_a_model_is_removed(string body, string expected) =>
        FixRun.AssertFixesAsync(new DisposedModelAnalyzer(), new KeepModelCodeFix(), InMethod(body), InMethod(expected));

    [Theory]
    [InlineData("await Task.WhenAll(Task.Delay(1), [|reader.Model.DisposeAsync()|].AsTask());")]
    [InlineData("ct.Register(() => [|lease.Model.Dispose()|]);")]
    [InlineData("using var registration = ct.Register(() => [|lease.Model.Dispose()|]);")]
    [InlineData("using Owl [|a = lease.Model|], b = new Owl();")]
    public Task No_fix_is_offered_for_a_disposal_in_a_statement_that_does_more(string body) =>
        FixRun.AssertNotOfferedAsync(new DisposedModelAnalyzer(), new KeepModelCodeFix(), InMethod(body));

    [Theory]
    [InlineData("[|\"redaer\"|]", "\"reader\"")]
    [InlineData("id: [|\"OWLL\"|]", "id: \"owl\"")]
    public Task An_unknown_id_becomes_the_nearest_known_one(string argument, string expected) => FixRun.AssertFixesAsync(
        new ModelIdAnalyzer(),
        new ModelIdCodeFix(),
        $"using var manager = new SharedModelManager(); await manager.PreloadAsync({argument});",
        $"using var manager = new SharedModelManager(); await manager.PreloadAsync({expected});",
        OutputKind.ConsoleApplication);

    [Fact]
    public Task No_fix_is_offered_for_an_id_that_is_put_together() => FixRun.AssertNotOfferedAsync(
        new ModelIdAnalyzer(),
        new ModelIdCodeFix(),
        "using var manager = new SharedModelManager(); await manager.PreloadAsync([|\"red\" + \"aer\"|]);",
        OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("[{|SHM003:SharedModel(\"google/owlv2\")|}] class Net;", "[SharedModel(\"google-owlv2\")] class Net;")]
    [InlineData("[{|SHM003:SharedModel|}] class Modèle;", "[SharedModel(\"Mod-le\")] class Modèle;")]
    [InlineData("[{|SHM003:SharedModel(MaxLeases = 2)|}] class Modèle;", "[SharedModel(\"Mod-le\", MaxLeases = 2)] class Modèle;")]
    [InlineData(
        "[SharedModel(\"a\")] class A; [{|SHM004:SharedModel(\"a\")|}] class B; [SharedModel(\"a-2\")] class C;",
        "[SharedModel(\"a\")] class A; [SharedModel(\"a-3\")] class B; [SharedModel(\"a-2\")] class C;")]
    [InlineData(
        "[{|SHM005:SharedModel(\"a\", KeepAlive = \"soon\", MaxLeases = 2)|}] class A;", "[SharedModel(\"a\", MaxLeases = 2)] class A;")]
    [InlineData("[{|SHM005:SharedModel(KeepAlive = \"soon\")|}] class A;", "[SharedModel] class A;")]
    [InlineData("[{|SHM006:SharedModel(MaxLeases = -2)|}] class A;", "[SharedModel(MaxLeases = 1)] class A;")]
    [InlineData("[{|SHM033:SharedModel(\"a\", MaxReplicas = 0)|}] class A;", "[SharedModel(\"a\")] class A;")]
    [InlineData(
        "[{|SHM027:SharedModel(\"a\", MaxBatchSize = 0)|}] class A : IBatch;", "[SharedModel(\"a\")] class A : IBatch;")]
    [InlineData(
        "[{|SHM028:SharedModel(BatchFailure = (BatchFailure)9)|}] class A : IBatch;", "[SharedModel] class A : IBatch;")]
    [InlineData("[{|SHM029:SharedModel(\"a\", MaxBatchSize = 8)|}] class A;", "[SharedModel(\"a\")] class A;")]
    [InlineData(
        "[{|SHM029:SharedModel(BatchFailure = BatchFailure.Fail, MaxLeases = 2, MaxBatchSize = 8)|}] class A;",
        "[SharedModel(MaxLeases = 2)] class A;")]
    [InlineData("[{|SHM018:SharedModel(Device = (DevicePreference)9)|}] class A;", "[SharedModel] class A;")]
    public Task An_attribute_gets_a_value_that_the_manager_accepts(string source, string expected) =>
        FixRun.AssertFixesAsync(new ModelClassAnalyzer(), new ModelAttributeCodeFix(), source + BatchInterface, expected + BatchInterface);

    [Theory]
    [InlineData("[{|SHM001:SharedModel|}] public abstract class A { }", "[SharedModel] public class A { }")]
    [InlineData("[{|SHM001:SharedModel|}] static class A;", "[SharedModel] class A;")]
    [InlineData(
        "abstract class Base { public abstract int P { get; } } [{|SHM001:SharedModel|}] abstract class A : Base { public override int P "
        + "=> 1; }",
        "abstract class Base { public abstract int P { get; } } [SharedModel] class A : Base { public override int P => 1; }")]
    [InlineData(
        "class Outer { [{|SHM001:SharedModel|}] private sealed class A; }", "class Outer { [SharedModel] internal sealed class A; }")]
    [InlineData("[{|SHM001:SharedModel|}] file sealed class A;", "[SharedModel] internal sealed class A;")]
    public Task Modifiers_that_keep_a_class_from_being_a_model_are_removed(string source, string expected) =>
        FixRun.AssertFixesAsync(new ModelClassAnalyzer(), new ModelClassCodeFix(), source, expected);

    [Theory]
    [InlineData("[{|SHM001:SharedModel|}] class A<T>;")]
    [InlineData("[{|SHM001:SharedModel|}] abstract class A { public abstract void M(); }")]
    [InlineData("abstract class Base { public abstract void M(); } [{|SHM001:SharedModel|}] abstract class A : Base { }")]
    [InlineData("[{|SHM001:SharedModel|}] abstract partial class A { } partial class A { public abstract int P { get; } }")]
    [InlineData("[{|SHM001:SharedModel|}] static class A { public static int M(this int n) => n; }")]
    public Task No_fix_is_offered_for_a_class_that_needs_thought(string source) =>
        FixRun.AssertNotOfferedAsync(new ModelClassAnalyzer(), new ModelClassCodeFix(), source);

    [Theory]
    [InlineData("await lease.AcquireAsync(ct); await [|reader.AcquireAsync(ct)|];", "await manager.AcquireAllAsync([lease, reader], ct);")]
    [InlineData(
        "await lease.AcquireAsync().ConfigureAwait(false); lease.Model.Detect(); await [|reader.AcquireAsync()|].ConfigureAwait(false); "
        + "reader.Model.Read();",
        "await manager.AcquireAllAsync([lease, reader]).ConfigureAwait(false); lease.Model.Detect(); reader.Model.Read();")]
    public Task Two_acquisitions_become_one(string body, string expected) =>
        FixRun.AssertFixesAsync(new LeaseFlowAnalyzer(), new AcquireAllCodeFix(), InMethod(body), InMethod(expected));

    [Theory]
    [InlineData("await lease.AcquireAsync(ct); await [|reader.AcquireAsync()|];")]
    [InlineData("await lease.AcquireAsync(ct); if (ct.CanBeCanceled) await [|reader.AcquireAsync(ct)|];")]
    [InlineData(
        "await lease.AcquireAsync(ct); using var scope = manager.CreateScope(); var late = scope.CreateLease<Reader>(); await "
        + "[|late.AcquireAsync(ct)|];")]
    [InlineData(
        "await using var owl = await manager.FetchModelAsync<Owl>(ct); await using var other = await "
        + "[|manager.FetchModelAsync<Reader>(ct)|];")]
    public Task No_fix_is_offered_for_acquisitions_that_differ(string body) =>
        FixRun.AssertNotOfferedAsync(new LeaseFlowAnalyzer(), new AcquireAllCodeFix(), InMethod(body));

    [Fact]
    public Task No_fix_is_offered_for_acquisitions_without_an_available_manager() => FixRun.AssertNotOfferedAsync(
        new LeaseFlowAnalyzer(),
        new AcquireAllCodeFix(),
        "class C { ISharedModelManager? _manager; static async Task M(IModelLease<Owl> a, IModelLease<Reader> b) { await "
        + "a.AcquireAsync(); await [|b.AcquireAsync()|]; } }");

    [Fact]
    public Task No_fix_is_offered_in_static_code_for_a_manager_of_the_code_around_it() => FixRun.AssertNotOfferedAsync(
        new LeaseFlowAnalyzer(),
        new AcquireAllCodeFix(),
        "class C { void M(ISharedModelManager manager) { Func<IModelLease<Owl>, IModelLease<Reader>, Task> use = static async (a, b) => { "
        + "await a.AcquireAsync(); await [|b.AcquireAsync()|]; }; } }");

    [Theory]
    [InlineData(
        "await lease.AcquireAsync(ct); lease.Model.Detect();",
        "await using var lease = await manager.FetchModelAsync<Owl>(ct); lease.Model.Detect();")]
    [InlineData(
        "while (true) { await lease.AcquireAsync(ct).ConfigureAwait(false); await lease.InvokeAsync(owl => owl.Detect(), ct); }",
        "while (true) { await using var lease = await manager.FetchModelAsync<Owl>(ct).ConfigureAwait(false); await lease.InvokeAsync(owl "
        + "=> owl.Detect(), ct); }")]
    public Task A_hosted_service_fetches_its_model(string body, string expected) => FixRun.AssertFixesAsync(
        new SingletonAnalyzer(),
        new SingletonCodeFix(),
        Service("IModelLease<Owl> [|lease|]", body),
        Service("ISharedModelManager manager", expected));

    [Fact]
    public Task A_hosted_service_fetches_two_models_with_one_manager() => FixRun.AssertFixesAsync(
        new SingletonAnalyzer(),
        new SingletonCodeFix(),
        Service(
            "IModelLease<Owl> [|@lock|], IModelLease<Reader> [|reader|]",
            "{ await @lock.AcquireAsync(ct); } { await reader.AcquireAsync(ct); }"),
        Service(
            "ISharedModelManager manager",
            "{ await using var @lock = await manager.FetchModelAsync<Owl>(ct); } { await using var reader = await "
            + "manager.FetchModelAsync<Reader>(ct); }"));

    [Theory]
    [InlineData("private readonly IModelLease<Owl> _lease = lease; protected override Task ExecuteAsync(CancellationToken ct) => Done;")]
    [InlineData("protected override Task ExecuteAsync(CancellationToken ct) => lease.AcquireAsync(ct).AsTask();")]
    public Task No_fix_is_offered_for_a_lease_outside_statements(string members) => FixRun.AssertNotOfferedAsync(
        new SingletonAnalyzer(),
        new SingletonCodeFix(),
        $"class C(IModelLease<Owl> [|lease|]) : BackgroundService {{ static readonly Task Done = Task.CompletedTask; {members} }}");

    [Theory]
    [InlineData("IModelLease<Owl> [|lease|]", "await lease.AcquireAsync(new AcquireOptions(), ct);")]
    [InlineData("IModelLease<Owl> [|lease|]", "_ = lease.State; await lease.AcquireAsync(ct);")]
    [InlineData("IModelLease<Owl> [|lease|]", "if (!ct.IsCancellationRequested) { await lease.AcquireAsync(ct); } lease.Model.Detect();")]
    [InlineData("IModelLease<Owl> [|lease|]", "GC.KeepAlive(lease); await Task.Yield();")]
    [InlineData("[FromKeyedServices(\"owl\")] IModelLease<Owl> [|lease|]", "await lease.AcquireAsync(ct);")]
    [InlineData("IModelLease [|lease|]", "await lease.AcquireAsync(ct);")]
    [InlineData("IModelLease<Owl> [|lease|], string manager", "await lease.AcquireAsync(ct); Console.WriteLine(manager);")]
    public Task No_fix_is_offered_for_a_hosted_service_of_another_shape(string parameters, string body) =>
        FixRun.AssertNotOfferedAsync(new SingletonAnalyzer(), new SingletonCodeFix(), Service(parameters, body));

    private const string BatchInterface = " interface IBatch : IBatchModel<int, int> { "
        + "System.Collections.Generic.IReadOnlyList<int> IBatchModel<int, int>.InvokeBatch("
        + "System.Collections.Generic.IReadOnlyList<int> inputs, CancellationToken cancellationToken) => inputs; }";

    private static string Service(string parameters, string body) =>
        $"class C({parameters}) : BackgroundService {{ protected override async Task ExecuteAsync(CancellationToken ct) {{ {body} }} }}";

    private static string InMethod(string body) =>
        $"#pragma warning disable CS4014\nclass C {{ async Task M(IModelLease<Owl> lease, IModelLease<Reader> reader, ISharedModelManager "
        + $"manager, CancellationToken ct) {{ await Task.Yield(); {body} }} }}";
}
