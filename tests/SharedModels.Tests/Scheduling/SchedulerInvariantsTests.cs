#if DEBUG
namespace SharedModels.Tests.Scheduling;

/// <summary>Debug builds report a broken guarantee instead of going on.</summary>
public sealed class SchedulerInvariantsTests
{
    private readonly SchedulerParts _parts = new();

    [Fact]
    public void A_grant_of_a_model_that_has_all_its_holders_names_the_guarantee_and_the_model()
    {
        var model = _parts.AddResident("a");
        _parts.Hold(model);
        var failure = Assert.Throws<InvalidOperationException>(() => _parts.Hold(model));
        Assert.Contains("'Exclusive'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'a'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grant_on_a_device_without_a_free_slot_names_the_guarantee_and_the_device()
    {
        for (var i = 0; i < _parts.Accelerator.MaxConcurrentHolders; i++)
            _parts.Hold(_parts.AddResident($"m{i}"));
        var failure = Assert.Throws<InvalidOperationException>(() => _parts.Hold(_parts.AddResident("further")));
        Assert.Contains("'Exclusive'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("fake:0", failure.Message, StringComparison.Ordinal);
    }
}
#endif
