using Microsoft.CodeAnalysis;
using SharedModels.CodeFixes;
using SharedModels.Generators.Analyzers.Flow;
using SharedModels.Generators.Tests.Analyzers.Flow;

namespace SharedModels.Generators.Tests.Analyzers.Fixes;

public sealed class AcquireLeaseCodeFixTests
{
    [Theory]
    [InlineData("[|lease.Model|].Detect();", "await lease.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData(
        "_ = await [|lease.InvokeAsync(owl => owl.Detect(), ct)|];",
        "await lease.AcquireAsync(ct); _ = await lease.InvokeAsync(owl => owl.Detect(), ct);")]
    [InlineData(
        "if (flag) { [|lease.Model|].Detect(); }",
        "await lease.AcquireAsync(ct); if (flag) { lease.Model.Detect(); }")]
    [InlineData(
        "try { await lease.AcquireAsync(ct); } catch (LeaseRejectedException) { } [|lease.Model|].Detect();",
        "try { await lease.AcquireAsync(ct); } catch (LeaseRejectedException) { } await lease.AcquireAsync(ct); lease.Model.Detect();")]
    [InlineData("[|leases.Owl.Model|].Detect();", "await leases.Owl.AcquireAsync(ct); leases.Owl.Model.Detect();")]
    [InlineData(
        "using (var own = scope.CreateLease<Owl>()) { [|own.Model|].Detect(); }",
        "using (var own = scope.CreateLease<Owl>()) { await own.AcquireAsync(ct); own.Model.Detect(); }")]
    [InlineData(
        "\n        // Detects.\n        [|lease.Model|].Detect();",
        "\n        await lease.AcquireAsync(ct);\n        // Detects.\n        lease.Model.Detect();")]
    [InlineData(
        "var n = 1;\n\n        _ = n + [|lease.Model|].Detect();",
        "var n = 1;\n\n        await lease.AcquireAsync(ct);\n        _ = n + lease.Model.Detect();")]
    public Task A_lease_is_acquired_in_asynchronous_code(string body, string expected) => AssertFixesAsync(Lambda(body), Lambda(expected));

    [Theory]
    [InlineData(
        "app.MapGet(\"/\", (IModelLease<Owl> lease) => [|lease.Model|].Detect());",
        "app.MapGet(\"/\", async (IModelLease<Owl> lease) =>\n{\n    await lease.AcquireAsync();\n    return lease.Model.Detect();\n});")]
    [InlineData(
        "app.MapGet(\"/\", (IModelLease<Owl> lease, CancellationToken ct) => [|lease.InvokeAsync(owl => owl.Detect(), ct)|]);",
        "app.MapGet(\"/\", async (IModelLease<Owl> lease, CancellationToken ct) =>\n{\n    await lease.AcquireAsync(ct);\n    return await "
        + "lease.InvokeAsync(owl => owl.Detect(), ct);\n});")]
    [InlineData(
        "app.MapGet(\"/\", (IModelLease<Owl> lease) => { return [|lease.Model|].Detect(); });",
        "app.MapGet(\"/\", async (IModelLease<Owl> lease) => { await lease.AcquireAsync(); return lease.Model.Detect(); });")]
    [InlineData(
        "app.MapGet(\"/\", async (IModelLease<Owl> lease) => await [|lease.InvokeAsync(owl => owl.Detect())|]);",
        "app.MapGet(\"/\", async (IModelLease<Owl> lease) =>\n{\n    await lease.AcquireAsync();\n    return await "
        + "lease.InvokeAsync(owl => owl.Detect());\n});")]
    [InlineData(
        "using var scope = new SharedModelManager().CreateScope();\nvar lease = scope.CreateLease<Owl>();\n[|lease.Model|].Detect();",
        "using var scope = new SharedModelManager().CreateScope();\nvar lease = scope.CreateLease<Owl>();\nawait lease.AcquireAsync();\n"
        + "lease.Model.Detect();")]
    [InlineData(
        "app.MapGet(\"/\", Handle); static async Task<int> Handle(IModelLease<Owl> lease) => await [|lease.InvokeAsync(o => o.Detect())|];",
        "app.MapGet(\"/\", Handle); static async Task<int> Handle(IModelLease<Owl> lease)\n{\n    await lease.AcquireAsync();\n    return "
        + "await lease.InvokeAsync(o => o.Detect());\n}")]
    [InlineData(
        "app.MapGet(\"/\", int (IModelLease<Owl> lease) => { return [|lease.Model|].Detect(); });",
        "app.MapGet(\"/\", async Task<int> (IModelLease<Owl> lease) => { await lease.AcquireAsync(); return "
        + "lease.Model.Detect(); });")]
    [InlineData(
        "app.MapGet(\"/\", int (IModelLease<Owl> @lock) => [|@lock.Model|].Detect());",
        "app.MapGet(\"/\", async Task<int> (IModelLease<Owl> @lock) =>\n{\n    await @lock.AcquireAsync();\n    "
        + "return @lock.Model.Detect();\n});")]
    [InlineData(
        "app.MapGet(\"/\", (IModelLease<Owl> lease) => // One cycle at most.\n    // Small.\n    [|lease.Model|].Detect());",
        "app.MapGet(\"/\", async (IModelLease<Owl> lease) =>\n{\n    await lease.AcquireAsync();\n    // One cycle at most.\n    // "
        + "Small.\n    return lease.Model.Detect();\n});")]
    [InlineData(
        "app.MapGet(\"/\", (IModelLease<Owl> lease) =>\r\n    [|lease.Model|].Detect());\r\n",
        "app.MapGet(\"/\", async (IModelLease<Owl> lease) =>\r\n{\r\n    await lease.AcquireAsync();\r\n    return "
        + "lease.Model.Detect();\r\n});\r\n")]
    [InlineData(
        "void Map(CancellationToken stop) => app.MapGet(\"/\", static (IModelLease<Owl> lease) => { [|lease.Model|].Detect(); });",
        "void Map(CancellationToken stop) => app.MapGet(\"/\", static async (IModelLease<Owl> lease) => { await lease.AcquireAsync(); "
        + "lease.Model.Detect(); });")]
    public Task A_lease_is_acquired_in_top_level_statements(string statements, string expected) =>
        AssertFixesAsync(Program(statements), Program(expected), OutputKind.ConsoleApplication);

    [Theory]
    [InlineData("public int Get() => [|lease.Model|].Detect();")]
    [InlineData("public Task Get() { [|lease.Model|].Detect(); return Task.CompletedTask; }")]
    public Task Synchronous_methods_are_left(string member) => FixRun.AssertNotOfferedAsync(
        new LeaseFlowAnalyzer(),
        new AcquireLeaseCodeFix(),
        $"{Usings}public class C(IModelLease<Owl> lease) : Microsoft.AspNetCore.Mvc.ControllerBase {{ {member} }}{Endpoints.Source}");

    [Fact]
    public Task An_action_of_a_controller_acquires_its_lease() => AssertFixesAsync(
        Controller("public async Task<int> Get(CancellationToken ct) { await Task.Yield(); return [|lease.Model|].Detect(); }"),
        Controller("public async Task<int> Get(CancellationToken ct) { await Task.Yield(); await lease.AcquireAsync(ct); return "
            + "lease.Model.Detect(); }"));

    private static string Controller(string member) =>
        $"{Usings}public class C(IModelLease<Owl> lease) : Microsoft.AspNetCore.Mvc.ControllerBase {{ {member} }}{Endpoints.Source}";

    private static string Lambda(string body) =>
        $"{Usings}class C {{ void Map(IEndpointRouteBuilder routes) => routes.MapGet(\"/\", async (bool flag, IModelLease<Owl> lease, "
        + $"ModelLeases leases, IModelLeaseScope scope, CancellationToken ct) => {{ await Task.Yield(); {body} }}); }}{Endpoints.Source}";

    private static string Program(string statements) => $"{Usings}var app = new WebApplication();\n{statements}\n{Endpoints.Source}";

    private static Task AssertFixesAsync(string source, string expected, OutputKind kind = OutputKind.DynamicallyLinkedLibrary) =>
        FixRun.AssertFixesAsync(new LeaseFlowAnalyzer(), new AcquireLeaseCodeFix(), source, expected, kind);

    private const string Usings = "using Microsoft.AspNetCore.Builder; using Microsoft.AspNetCore.Routing;\n";
}
