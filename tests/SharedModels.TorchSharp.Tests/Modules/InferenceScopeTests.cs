using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class InferenceScopeTests
{
    private readonly FakeLogger _log = new();

    [TorchFact]
    public async Task Tensors_that_the_code_creates_are_freed_unless_it_returns_them()
    {
        using var logging = new LoggerFactory([new FakeLoggerProvider(_log.Collector)]);
        using var model = new TorchModel<TwoLayers>(static () => new TwoLayers(), new(), new TorchRuntime(null, new(), new(), logging));
        await using var manager = new SharedModelManager();
        manager.Add(model, "net");
        await using var lease = await manager.FetchModelAsync<TwoLayers>("net");
        torch.Tensor? inner = null;
        var (one, two) = await lease.InvokeAsync(net =>
        {
            inner = torch.tensor([1f, 2f, 3f, 4f]).reshape(1, 4);
            return (net.call(inner), new List<torch.Tensor> { torch.tensor([1f]) });
        });
        Assert.True(inner!.IsInvalid);
        Assert.False(one.IsInvalid);
        Assert.Equal([1f], TwoLayers.Read(Assert.Single(two)));
        Assert.DoesNotContain(_log.Collector.GetSnapshot(), static line => line.Id.Id == 108);
        one.Dispose();
        two[0].Dispose();
    }

    [TorchFact]
    public void Tensors_that_leave_the_scope_by_themselves_are_counted()
    {
        torch.Tensor[] leaked;
        using var module = new TwoLayers();
        using (new InferenceScope(module, arena: null, isMutable: false, _log))
            leaked = [torch.tensor([1f]).DetachFromDisposeScope(), torch.tensor([2f]).DetachFromDisposeScope(), torch.tensor([3f])];
        Assert.StartsWith("2 tensors of an InvokeAsync", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        Assert.Equal([false, false, true], leaked.Select(static tensor => tensor.IsInvalid));
        leaked[0].Dispose();
        leaked[1].Dispose();
    }

    [TorchFact]
    public void A_result_that_the_code_took_out_of_the_scope_itself_is_not_a_leak_whether_it_is_returned_once_or_twice()
    {
        using var module = new TwoLayers();
        torch.Tensor detached, scoped;
        using (var use = new InferenceScope(module, arena: null, isMutable: false, _log))
        {
            detached = torch.tensor([1f]).DetachFromDisposeScope();
            scoped = torch.tensor([2f]);
            use.Keep((detached, scoped, scoped));
        }

        Assert.Empty(_log.Collector.GetSnapshot());
        Assert.Equal((false, false), (detached.IsInvalid, scoped.IsInvalid));
        detached.Dispose();
        scoped.Dispose();
    }

    [TorchFact]
    public void Returning_tensors_that_existed_before_hides_no_leak()
    {
        using var module = new TwoLayers();
        torch.Tensor leaked;
        using (var use = new InferenceScope(module, arena: null, isMutable: false, _log))
        {
            leaked = torch.tensor([1f]).DetachFromDisposeScope();
            var scoped = torch.tensor([2f]);
            use.Keep(ModuleTensors.Of(module).Select(static found => found.Tensor));
            use.Keep((scoped, scoped));
            Assert.False(scoped.IsInvalid);
            scoped.Dispose();
        }

        Assert.StartsWith("1 tensors of an InvokeAsync", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        leaked.Dispose();
    }

    [TorchFact]
    public void A_result_belongs_to_no_scope_that_was_left_open_on_the_worker()
    {
        using var module = new TwoLayers();
        torch.Tensor kept;
        using (torch.NewDisposeScope())
        using (var use = new InferenceScope(module, arena: null, isMutable: false, _log))
        {
            kept = torch.tensor([1f]);
            use.Keep(kept);
        }

        Assert.False(kept.IsInvalid);
        Assert.Empty(_log.Collector.GetSnapshot());
        kept.Dispose();
    }

    [TorchFact]
    public void A_tensor_that_is_moved_to_the_callers_scope_is_counted()
    {
        using var module = new TwoLayers();
        using var outer = torch.NewDisposeScope();
        using (new InferenceScope(module, arena: null, isMutable: false, _log))
            torch.tensor([1f]).MoveToOuterDisposeScope();
        Assert.StartsWith("1 tensors of an InvokeAsync", Assert.Single(_log.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }
}
