using Microsoft.Extensions.Configuration;
using SharedModels.TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests;

public sealed class TorchSharpOptionsTests
{
    [Theory]
    [InlineData(-0.1, 0, 0, "PageLockedShare is -0.1")]
    [InlineData(1.1, 0, 0, "PageLockedShare is 1.1")]
    [InlineData(double.NaN, 0, 0, "PageLockedShare is NaN")]
    [InlineData(0.5, -1, 0, "ReserveBytes is -1")]
    [InlineData(0.5, 0, -1, "MaxDriftBytes is -1")]
    public void What_makes_no_sense_is_rejected_by_name_and_value(
        double share, long reserve, long drift, string message) => Assert.StartsWith(
            message,
            new TorchSharpOptionsValidator().Validate(
                null, new() { PageLockedShare = share, ReserveBytes = reserve, MaxDriftBytes = drift }).FailureMessage,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(0, false)]
    [InlineData(-5, false)]
    [InlineData(5, true)]
    [InlineData(-0.001, true)]
    [InlineData(49 * 86_400, true)]
    [InlineData(50 * 86_400, false)]
    public void An_interval_is_positive_or_infinite(double seconds, bool isRight)
    {
        var result = new TorchSharpOptionsValidator().Validate(null, new() { MonitorInterval = TimeSpan.FromSeconds(seconds) });
        Assert.Equal(isRight, result.Succeeded);
        if (!isRight)
            Assert.StartsWith($"MonitorInterval is {TimeSpan.FromSeconds(seconds)}", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    [InlineData(1)]
    public void A_share_from_0_to_1_makes_sense(double share) =>
        Assert.True(new TorchSharpOptionsValidator().Validate(null, new() { PageLockedShare = share }).Succeeded);

    [Fact]
    public void A_modules_section_sets_what_it_names()
    {
        var options = new TorchModelOptions { ElementType = "Float16" };
        TorchModelOptionsBinder.Bind(Section(("Weights", "w.safetensors"), ("Strict", "false"), ("WorkingBytes", "5000000000")), options);
        Assert.Equal(
            ("w.safetensors", false, "Float16", false, 5_000_000_000),
            (options.Weights, options.Strict, options.ElementType, options.IsMutable, options.WorkingBytes));
    }

    [Fact]
    public void A_value_that_cannot_be_read_is_rejected_by_its_key() => Assert.StartsWith(
        "M:Strict is 'perhaps'",
        Assert.Throws<FormatException>(static () => TorchModelOptionsBinder.Bind(Section(("Strict", "perhaps")), new())).Message,
        StringComparison.Ordinal);

    private static IConfigurationSection Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(
            values.Select(static pair => KeyValuePair.Create("M:" + pair.Key, (string?)pair.Value))).Build().GetSection("M");
}
