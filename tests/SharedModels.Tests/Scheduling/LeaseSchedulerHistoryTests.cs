using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Sdk;

namespace SharedModels.Tests.Scheduling;

/// <summary>
/// Random histories: whatever the order of events, the guarantees hold after each event, and everything ends. By default, the same 300
/// histories of each kind are played. The environment variable <c>HISTORIES</c> sets another number of them, which begin with a fresh seed.
/// A failure reports the shortest history that was found.
/// </summary>
public sealed class LeaseSchedulerHistoryTests
{
    private static readonly Config Runs = Environment.GetEnvironmentVariable("HISTORIES") is { } number
        ? Config.QuickThrowOnFailure.WithMaxTest(int.Parse(number, CultureInfo.InvariantCulture))
        : Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(2026, 1201);

    // Numbers come from the whole range from the first history on, because FsCheck's own integers begin small. Shrinking removes events.
    private static readonly Arbitrary<int[]> Events = Arb.From(Gen.Choose(0, 24_999).ArrayOf(), Shorter);

    [Theory]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.WakeUps)]
    [InlineData(HistoryKind.WithoutBypass, HistoryChecks.WakeUps)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.WakeUps)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps)]
    [InlineData(HistoryKind.WithMinResidency, HistoryChecks.WakeUps)]
    [InlineData(HistoryKind.Cpu, HistoryChecks.WakeUps)]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.Order)]
    [InlineData(HistoryKind.WithoutBypass, HistoryChecks.Order)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.Order)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.Order)]
    [InlineData(HistoryKind.WithMinResidency, HistoryChecks.Order)]
    [InlineData(HistoryKind.Cpu, HistoryChecks.Order)]
    [InlineData(HistoryKind.WithoutBypass, HistoryChecks.HostBudget)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.HostBudget)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.HostBudget)]
    [InlineData(HistoryKind.WithMinResidency, HistoryChecks.HostBudget)]
    [InlineData(HistoryKind.Cpu, HistoryChecks.HostBudget)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.LargeMachine)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.LargeMachine)]
    [InlineData(HistoryKind.WithMinResidency, HistoryChecks.LargeMachine)]
    [InlineData(HistoryKind.WithoutBypass, HistoryChecks.LargeMachine)]
    [InlineData(HistoryKind.WithMinResidency, HistoryChecks.LargeMachine | HistoryChecks.Order)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.LargeMachine | HistoryChecks.Order)]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.WakeUps | HistoryChecks.Flows)]
    [InlineData(HistoryKind.WithoutBypass, HistoryChecks.WakeUps | HistoryChecks.Flows)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.WakeUps | HistoryChecks.Flows)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Flows)]
    [InlineData(HistoryKind.Cpu, HistoryChecks.WakeUps | HistoryChecks.Flows)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.LargeMachine | HistoryChecks.Flows)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.Order | HistoryChecks.Flows)]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.WakeUps | HistoryChecks.Preloads)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.WakeUps | HistoryChecks.Flows | HistoryChecks.Preloads)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Flows | HistoryChecks.Preloads)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.HostBudget | HistoryChecks.Preloads)]
    [InlineData(HistoryKind.Cpu, HistoryChecks.WakeUps | HistoryChecks.Preloads)]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.WakeUps | HistoryChecks.Batches)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.WakeUps | HistoryChecks.Batches)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Batches)]
    [InlineData(HistoryKind.Cpu, HistoryChecks.WakeUps | HistoryChecks.Batches | HistoryChecks.Preloads)]
    [InlineData(HistoryKind.WithMinResidency, HistoryChecks.LargeMachine | HistoryChecks.Batches)]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.Order | HistoryChecks.Batches)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.Order | HistoryChecks.Batches)]
    [InlineData(HistoryKind.WithoutBypass, HistoryChecks.Order | HistoryChecks.Batches)]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.WakeUps | HistoryChecks.Tenants)]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.Order | HistoryChecks.Tenants)]
    [InlineData(HistoryKind.WithoutBypass, HistoryChecks.Order | HistoryChecks.Batches | HistoryChecks.Tenants)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.Order | HistoryChecks.Tenants)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.WakeUps | HistoryChecks.Flows | HistoryChecks.Tenants)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Batches | HistoryChecks.Tenants)]
    [InlineData(HistoryKind.WithMinResidency, HistoryChecks.LargeMachine | HistoryChecks.Batches | HistoryChecks.Tenants)]
    [InlineData(HistoryKind.OneAccelerator, HistoryChecks.WakeUps | HistoryChecks.Placed)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.WakeUps | HistoryChecks.Flows | HistoryChecks.Placed)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Placed)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.Order | HistoryChecks.Placed)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.LargeMachine | HistoryChecks.Preloads | HistoryChecks.Placed)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.HostBudget | HistoryChecks.Placed)]
    [InlineData(HistoryKind.Cpu, HistoryChecks.WakeUps | HistoryChecks.Placed)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.Order | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Flows | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Preloads | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Batches | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | HistoryChecks.Placed | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.HostBudget | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.LargeMachine | HistoryChecks.Order | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.SharedAccelerator, HistoryChecks.LargeMachine | HistoryChecks.Flows | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.WithoutBypass, HistoryChecks.LargeMachine | HistoryChecks.Order | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.WithMinResidency, HistoryChecks.LargeMachine | HistoryChecks.Batches | HistoryChecks.Replicas)]
    [InlineData(HistoryKind.TwoAccelerators, HistoryChecks.LargeMachine | HistoryChecks.Tenants | HistoryChecks.Replicas)]
    public void Guarantees_hold_after_every_event_and_nothing_is_left_at_the_end(HistoryKind kind, HistoryChecks checks) =>
        Prop.ForAll(Events, events => Run(kind, checks, events)).Check(Runs.WithEndSize(150));

    [Theory]
    [InlineData(HistoryKind.SharedAccelerator, new[] { 3004, 14393, 3273, 17440, 13408, 4684, 4207, 9960, 884, 15480, 4368, 2064, 1418 })]
    [InlineData(HistoryKind.SharedAccelerator, new[] { 12621, 3321, 17441, 16353, 338, 3743, 10820 })]
    [InlineData(HistoryKind.TwoAccelerators, new[] { 338, 8580, 14602, 8944, 18065, 10073, 9058 })]
    [InlineData(HistoryKind.TwoAccelerators, new[] { 8905, 14482, 17034, 285, 6552 })]
    public void Histories_that_once_evicted_models_endlessly_end(HistoryKind kind, int[] events) => Run(kind, HistoryChecks.None, events);

    [Fact]
    public void Room_on_another_device_is_found_when_a_lease_there_ends() => Run(
        HistoryKind.TwoAccelerators,
        HistoryChecks.WakeUps,
        [
            557, 2722, 16302, 15974, 1382, 9272, 375, 4190, 14052, 19321, 7651, 11114, 13685, 13831, 10273, 14703, 898, 19094, 4470, 19733,
            7620, 1342, 1328,
            17174, 8254, 12624, 19647,
        ]);

    [Theory]
    [InlineData(
        HistoryChecks.Flows,
        new[]
        {
            1797, 19375, 1686, 16905, 9770, 17818, 4012, 4762, 225, 271, 12426, 16845, 3164, 4389, 2340, 14300, 7380, 2113, 7362, 24346,
            11755, 4615, 5462, 3325, 9895, 22614, 16089, 8733, 19078, 5772, 15114, 1270, 8733, 7379,
        })]
    [InlineData(
        HistoryChecks.Replicas,
        new[]
        {
            8782, 19432, 4624, 1902, 7665, 1037, 16685, 6014, 8714, 10395, 19834, 19134, 11814, 19875, 14152, 7073, 5545, 17533, 21692,
            16112, 12594, 3600,
        })]
    public void A_model_that_a_rejected_request_called_back_from_its_fallback_goes_on_moving(HistoryChecks checks, int[] events) =>
        Run(HistoryKind.TwoAccelerators, HistoryChecks.WakeUps | checks, events);

    [Fact]
    public void A_preloaded_model_that_its_device_lost_on_the_way_is_moved_to_another_one() => Run(
        HistoryKind.TwoAccelerators,
        HistoryChecks.WakeUps | HistoryChecks.Preloads | HistoryChecks.Replicas,
        [1142, 7750, 8952, 445, 20375, 22534, 11223, 20333, 17293, 5952, 11112]);

    [Fact]
    public void A_deadlock_that_a_step_completes_is_found() => Run(
        HistoryKind.SharedAccelerator,
        HistoryChecks.LargeMachine | HistoryChecks.Flows,
        [
            17846, 9145, 20225, 13052, 2602, 15747, 8627, 23671, 2564, 11155, 5650, 221, 10962, 9015, 18739, 12240, 9838, 24970, 21376,
            2256, 22322, 23672, 17781,
        ]);

    private static IEnumerable<int[]> Shorter(int[] events)
    {
        for (var length = events.Length / 2; length > 0; length /= 2)
        {
            for (var start = 0; start + length <= events.Length; start += length)
                yield return [.. events[..start], .. events[(start + length)..]];
        }
    }

    private static void Run(HistoryKind kind, HistoryChecks checks, int[] events)
    {
        var history = new SchedulerHistory(kind, checks);
        try
        {
            foreach (var code in events)
                history.Do(code);
            history.End();
        }
        catch (Exception exception)
        {
            throw new XunitException($"{exception.GetBaseException().Message}\nThe history:\n{history.Story}", exception);
        }
    }
}
