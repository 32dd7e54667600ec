using SharedModels.Testing;

namespace SharedModels.Tests.Testing;

public sealed class GateTests
{
    [Fact]
    public async Task Closing_a_closed_gate_again_strands_no_caller_and_waits_for_the_next_arrival()
    {
        var gate = new Gate();
        gate.Close();
        var first = gate.PassAsync();
        await gate.Arrived;
        gate.Close();
        Assert.False(gate.Arrived.IsCompleted);
        var second = gate.PassAsync();
        await gate.Arrived;
        Assert.False(first.IsCompleted || second.IsCompleted);
        gate.Open();
        await Task.WhenAll(first, second);
    }
}
