using SharedModels.Generators.Analyzers.Flow;

namespace SharedModels.Generators.Tests.Analyzers.Flow;

public sealed class UnacquiredUseTests
{
    [Theory]
    [InlineData("[|lease.Model|].Detect();")]
    [InlineData("await [|lease.InvokeAsync(owl => owl.Detect(), ct)|];")]
    [InlineData("if (flag) await lease.AcquireAsync(ct); [|lease.Model|].Detect();")]
    [InlineData("[|lease.Model|].Detect(); await lease.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData("var held = lease; [|held.Model|].Detect();")]
    [InlineData("await using var held = lease; [|lease.Model|].Detect();")]
    [InlineData("ArgumentNullException.ThrowIfNull(lease); [|lease.Model|].Detect();")]
    [InlineData("lease?[|.Model|].Detect();")]
    [InlineData("if (lease is not null) [|lease.Model|].Detect();")]
    [InlineData("try { await lease.AcquireAsync(ct); } catch (LeaseRejectedException) { } [|lease.Model|].Detect();")]
    [InlineData("foreach (var i in Enumerable.Range(0, 3)) await lease.AcquireAsync(ct); [|lease.Model|].Detect();")]
    [InlineData("await other.AcquireAsync(ct); [|lease.Model|].Detect();")]
    [InlineData("_ = lease.ModelId; [|lease.Model|].Detect();")]
    [InlineData("lease.TryAcquire(); [|lease.Model|].Detect();")]
    [InlineData("_ = lease.TryAcquire(); [|lease.Model|].Detect();")]
    [InlineData("if (!lease.TryAcquire()) [|lease.Model|].Detect();")]
    [InlineData("if (lease.TryAcquire()) { } [|lease.Model|].Detect();")]
    [InlineData("if (flag || lease.TryAcquire()) [|lease.Model|].Detect();")]
    public Task Using_a_model_in_a_handler_before_its_lease_is_acquired_is_reported(string body) => AssertReportsAsync(Lambda(body));

    [Theory]
    [InlineData("await lease.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData(
        "await lease.AcquireAsync(new AcquireOptions(), ct).ConfigureAwait(false); await lease.InvokeAsync(owl => owl.Detect(), ct);")]
    [InlineData("await using var held = lease; await lease.AcquireAsync(ct); await lease.InvokeAsync(owl => owl.Detect(), ct);")]
    [InlineData("await using var held = lease; await held.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData("await using var held = lease.ConfigureAwait(false); await lease.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData("await manager.AcquireAllAsync([lease, other], ct); lease.Model.Detect(); other.Model.Read();")]
    [InlineData("var all = new IModelLease[] { lease, other }; await manager.AcquireAllAsync(all, ct); lease.Model.Detect();")]
    [InlineData("if (flag) await lease.AcquireAsync(ct); else await lease.AcquireAsync(); lease.Model.Detect();")]
    [InlineData("if (flag) await lease.AcquireAsync(ct); await Task.Yield(); if (flag) lease.Model.Detect();")]
    [InlineData("if (lease.State != LeaseState.Held) await lease.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData("try { await lease.AcquireAsync(ct); } catch (LeaseRejectedException) { return; } lease.Model.Detect();")]
    [InlineData(
        "while (true) { try { await lease.AcquireAsync(ct); break; } catch (LeaseRejectedException) { await Task.Delay(1); } } "
        + "lease.Model.Detect();")]
    [InlineData("try { await lease.AcquireAsync(ct); lease.Model.Detect(); } finally { lease.Dispose(); }")]
    [InlineData("await Use(lease); lease.Model.Detect();")]
    [InlineData("await Ready(); lease.Model.Detect(); async Task Ready() => await lease.AcquireAsync(ct);")]
    [InlineData("Func<Task> ready = async () => await lease.AcquireAsync(ct); await ready(); lease.Model.Detect();")]
    [InlineData("await using var fetched = await manager.FetchModelAsync<Owl>(ct); fetched.Model.Detect();")]
    [InlineData("lease = await manager.FetchModelAsync<Owl>(ct); lease.Model.Detect();")]
    [InlineData("_ = nameof(lease.Model); _ = lease.Device;")]
    [InlineData("if (lease.TryAcquire()) lease.Model.Detect();")]
    [InlineData("if (!lease.TryAcquire()) return; lease.Model.Detect();")]
    [InlineData("if (!lease.TryAcquire()) await lease.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData("if (flag && lease.TryAcquire()) lease.Model.Detect();")]
    [InlineData("while (!lease.TryAcquire()) await Task.Delay(1); lease.Model.Detect();")]
    [InlineData("var isHeld = lease.TryAcquire(); if (isHeld) lease.Model.Detect();")]
    [InlineData("_ = lease.TryAcquire() ? lease.Model.Detect() : 0;")]
    [InlineData("await scope.AcquireAllAsync(); lease.Model.Detect(); other.Model.Read(); leases.Owl.Model.Detect();")]
    [InlineData("using var own = scope.CreateLease<Owl>(); await scope.AcquireAllAsync(new(), ct); own.Model.Detect();")]
    [InlineData("lease = await manager.FetchOwlAsync(ct); lease.Model.Detect();")]
    [InlineData("do { await lease.AcquireAsync(ct); } while (flag); lease.Model.Detect();")]
    [InlineData("switch (flag) { case true: await lease.AcquireAsync(ct); break; default: return; } lease.Model.Detect();")]
    public Task A_lease_that_is_acquired_on_every_path_or_may_be_elsewhere_is_not_reported(string body) => AssertQuietAsync(Lambda(body));

    [Theory]
    [InlineData("routes.MapGet(\"/\", Handle);")]
    [InlineData("routes.MapGroup(\"/\").MapGet(\"/\", Handle).WithName(\"n\");")]
    [InlineData("var group = routes.MapGroup(\"/\"); group.MapGet(\"/\", Handle);")]
    [InlineData("var endpoint = routes.MapGet(\"/\", Handle); endpoint.WithName(\"n\");")]
    public Task A_mapped_method_is_a_handler(string map) => AssertReportsAsync(Mapped(map, "[|lease.Model|].Detect();"));

    [Theory]
    [InlineData("routes.MapGet(\"/\", Handle).RequireModelLeases();")]
    [InlineData("routes.MapGet(\"/\", Handle).WithName(\"n\").RequireModelLeases();")]
    [InlineData("routes.MapGroup(\"/\").RequireModelLeases().MapGet(\"/\", Handle);")]
    [InlineData("var group = routes.MapGroup(\"/\").RequireModelLeases(); group.MapGet(\"/\", Handle);")]
    [InlineData("var group = routes.MapGroup(\"/\"); group.RequireModelLeases(); group.MapGet(\"/\", Handle);")]
    [InlineData("var group = routes.MapGroup(\"/\").RequireModelLeases(); var inner = group.MapGroup(\"/\"); inner.MapGet(\"/\", Handle);")]
    [InlineData("var endpoint = routes.MapGet(\"/\", Handle); endpoint.RequireModelLeases();")]
    [InlineData("var endpoint = routes.MapGet(\"/\", Handle); var named = endpoint.WithName(\"n\"); named.RequireModelLeases();")]
    [InlineData("parent.MapGet(\"/\", Handle);")]
    [InlineData("_ = (Func<IModelLease<Owl>, Task>)Handle;")]
    public Task A_method_of_a_marked_endpoint_or_of_no_endpoint_is_not_a_handler(string map) =>
        AssertQuietAsync(Mapped(map, "lease.Model.Detect();"));

    [Theory]
    [InlineData("public Task Get() { [|lease.Model|].Detect(); return Task.CompletedTask; }")]
    [InlineData("private readonly IModelLease<Owl> _lease = lease; public int Get() => [|_lease.Model|].Detect();")]
    [InlineData("private IModelLease<Owl> Lease { get; } = lease; public int Get() => [|Lease.Model|].Detect();")]
    [InlineData("public async Task Get(IModelLease<Reader> reader) { await lease.AcquireAsync(); [|reader.Model|].Read(); }")]
    public Task A_controller_that_uses_an_injected_lease_too_early_is_reported(string members) => AssertReportsAsync(Controller(members));

    [Theory]
    [InlineData("public async Task Get() { await lease.AcquireAsync(); lease.Model.Detect(); }")]
    [InlineData("public async Task Get() { await lease.AcquireAsync(); Use(); } private void Use() => lease.Model.Detect();")]
    [InlineData("public async Task Get() { await lease.AcquireAsync(); Use(); } public void Use() => lease.Model.Detect();")]
    [InlineData(
        "public async Task Get() { await Helper.Ready(lease); Use(); } public void Use() => lease.Model.Detect(); static class Helper { "
        + "public static Task Ready(IModelLease l) => Task.CompletedTask; }")]
    [InlineData("public void Get() { if (lease.TryAcquire()) Use(); } public void Use() => lease.Model.Detect();")]
    [InlineData(
        "public async Task Get(IModelLeaseScope s) { await s.AcquireAllAsync(); Use(); } public void Use() => lease.Model.Detect();")]
    [InlineData("[RequireModelLeases] public void Get() => lease.Model.Detect();")]
    [InlineData("[RequireModelLeases] public void Get(IModelLease<Reader> reader) => reader.Model.Read();")]
    public Task A_controller_that_acquires_it_in_any_member_or_is_marked_is_not_reported(string members) =>
        AssertQuietAsync(Controller(members));

    [Fact]
    public Task A_class_that_is_registered_as_scoped_is_reported() => AssertReportsAsync(
        "class C(IModelLease<Owl> lease) { public int Detect() => [|lease.Model|].Detect(); static void Add(IServiceCollection services) "
        + "=> services.AddScoped<C>(); }");

    [Theory]
    [InlineData(
        "public class C(IModelLease<Owl> lease) : Microsoft.AspNetCore.Mvc.ControllerBase { public int Get(IModelLease<Reader> reader) { "
        + "reader.Model.Read(); return lease.Model.Detect(); } }")]
    [InlineData(
        "class C(IModelLease<Owl> lease) { public int Detect() => lease.Model.Detect(); static void Add(IServiceCollection services) => "
        + "services.AddScoped<C>(); }")]
    public Task A_class_that_a_marked_endpoint_may_use_is_not_reported(string source) =>
        AssertQuietAsync(source + " class Program { static void Map(RouteGroupBuilder all) => all.RequireModelLeases(); }");

    [Fact]
    public Task A_class_that_may_receive_a_held_lease_is_not_reported() =>
        AssertQuietAsync("class C(IModelLease<Owl> lease) { public int Detect() => lease.Model.Detect(); }");

    [Theory]
    [InlineData(
        "async Task M(IModelLeaseScope scope) { var lease = scope.CreateLease<Owl>(); [|lease.Model|].Detect(); await "
        + "lease.AcquireAsync(); }")]
    [InlineData(
        "void M(IServiceProvider services) { using var lease = services.GetRequiredService<IModelLease<Owl>>(); [|lease.Model|].Detect(); "
        + "}")]
    [InlineData("Func<int> M(IModelLeaseScope scope) => () => { var lease = scope.CreateLease<Owl>(); return [|lease.Model|].Detect(); };")]
    [InlineData("void M(IModelLeaseScope scope) { Use(); void Use() { var lease = scope.CreateLease<Owl>(); [|lease.Model|].Detect(); } }")]
    [InlineData("void M<T>(IModelLeaseScope scope) where T : class { var lease = scope.CreateLease<T>(); _ = [|lease.Model|]; }")]
    public Task A_created_lease_is_reported_in_any_method(string member) => AssertReportsAsync($"class C {{ {member} }}");

    [Fact]
    public Task A_lease_of_ModelLeases_is_reported() =>
        AssertReportsAsync(Lambda("await leases.Owl.AcquireAsync(ct); leases.Owl.Model.Detect(); [|leases.Reader.Model|].Read();"));

    [Theory]
    [InlineData(
        "void Map(IEndpointRouteBuilder routes) => routes.MapGet(\"/\", [RequireModelLeases] (IModelLease<Owl> lease) => "
        + "[|lease.Model|].Detect());")]
    [InlineData(
        "[RequireModelLeases] static int Handle(IModelLease<Owl> lease) => [|lease.Model|].Detect(); void Map(IEndpointRouteBuilder "
        + "routes) => routes.MapGet(\"/\", Handle);")]
    public Task The_attribute_has_no_effect_on_a_handler_that_is_mapped_directly(string members) =>
        AssertReportsAsync($"class C {{ {members} }}");

    [Fact]
    public Task A_parameter_of_any_other_method_is_not_reported() =>
        AssertQuietAsync("class C { int M(IModelLease<Owl> lease) => lease.Model.Detect(); }");

    [Theory]
    [InlineData("app.MapGet(\"/\", (IModelLease<Owl> lease) => [|lease.Model|].Detect());")]
    [InlineData("app.MapGet(\"/\", Handle); static int Handle(IModelLease<Owl> lease) => [|lease.Model|].Detect();")]
    [InlineData("app.MapGet(\"/\", async (ModelLeases leases) => { await leases.Owl.AcquireAsync(); [|leases.Reader.Model|].Read(); });")]
    [InlineData(
        "app.MapGet(\"/a\", (IModelLease<Owl> lease) => [|lease.Model|].Detect()); app.MapGet(\"/b\", (IModelLease<Owl> lease) => "
        + "lease.Model.Detect()).RequireModelLeases();")]
    [InlineData(
        "var outer = app.MapGroup(\"/\"); outer.MapGet(\"/a\", (IModelLease<Owl> lease) => [|lease.Model|].Detect()); "
        + "outer.MapGroup(\"/\").RequireModelLeases().MapGet(\"/b\", (IModelLease<Owl> lease) => lease.Model.Detect());")]
    [InlineData("app.MapGet(\"/\", (IModelLease<Owl> lease) => lease.TryAcquire() ? 1 : [|lease.Model|].Detect());")]
    [InlineData(
        "using var scope = new SharedModelManager().CreateScope(); var lease = scope.CreateLease<Owl>(); [|lease.Model|].Detect();")]
    [InlineData("int Use(IModelLeaseScope scope) { var lease = scope.CreateLease<Owl>(); return [|lease.Model|].Detect(); }")]
    [InlineData("Action<IModelLeaseScope> use = scope => { var lease = scope.CreateLease<Owl>(); [|lease.Model|].Detect(); };")]
    public async Task Top_level_statements_are_analyzed(string statements)
    {
        await AssertProgramAsync(statements);

        // The SDK for web applications declares the class that holds the statements.
        await AssertProgramAsync(statements, "public partial class Program;");
        await AssertProgramAsync(statements, "public partial class Program { int M(IModelLease<Owl> lease) => lease.Model.Detect(); }");
    }

    [Theory]
    [InlineData("app.MapGet(\"/\", async (IModelLease<Owl> lease) => { await lease.AcquireAsync(); return lease.Model.Detect(); });")]
    [InlineData("app.MapGet(\"/\", (IModelLease<Owl> lease) => lease.Model.Detect()).RequireModelLeases();")]
    [InlineData("var group = app.MapGroup(\"/\").RequireModelLeases(); group.MapGet(\"/\", (IModelLease<Owl> l) => l.Model.Detect());")]
    [InlineData(
        "using var manager = new SharedModelManager(); await using var lease = await manager.FetchOwlAsync(); lease.Model.Detect();")]
    public async Task Correct_top_level_statements_are_not_reported(string statements)
    {
        await AssertProgramAsync(statements);
        await AssertProgramAsync(statements, "public partial class Program;");
    }

    private static Task AssertProgramAsync(string statements, string declarations = "") => Source.AssertReportsAsync(
        new LeaseFlowAnalyzer(),
        "SHM010",
        $"{Usings} var app = new WebApplication(); {statements} {declarations}{Endpoints.Source}",
        Microsoft.CodeAnalysis.OutputKind.ConsoleApplication);

    private static string Lambda(string body) =>
        $"class C {{ static Task Use(IModelLease lease) => Task.CompletedTask; void Map(IEndpointRouteBuilder routes) => "
        + "routes.MapGet(\"/\", async (bool flag, IModelLease<Owl> lease, IModelLease<Reader> other, ModelLeases leases, "
        + $"ISharedModelManager manager, IModelLeaseScope scope, CancellationToken ct) => {{ await Task.Yield(); {body} }}); }}";

    private static string Mapped(string map, string body) =>
        $"class C {{ static async Task Handle(IModelLease<Owl> lease) {{ await Task.Yield(); {body} }} void Map(IEndpointRouteBuilder "
        + $"routes, RouteGroupBuilder parent) {{ {map} }} }}";

    private static string Controller(string members) =>
        $"public class C(IModelLease<Owl> lease) : Microsoft.AspNetCore.Mvc.ControllerBase {{ {members} }}";

    private static Task AssertReportsAsync(string source) =>
        Source.AssertReportsAsync(new LeaseFlowAnalyzer(), "SHM010", Usings + source + Endpoints.Source);

    private static Task AssertQuietAsync(string source) =>
        Source.AssertQuietAsync(new LeaseFlowAnalyzer(), Usings + source + Endpoints.Source);

    private const string Usings = "using Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Routing;\n";
}
