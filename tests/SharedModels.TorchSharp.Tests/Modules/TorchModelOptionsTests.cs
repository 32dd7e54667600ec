using Microsoft.Extensions.Configuration;
using SharedModels.TorchSharp.Modules;

namespace SharedModels.TorchSharp.Tests.Modules;

public sealed class TorchModelOptionsTests
{
    [Fact]
    public void The_section_of_a_module_sets_its_options()
    {
        var options = new TorchModelOptions { ElementType = "Float16" };
        TorchModelOptionsBinder.Bind(Section(("Weights", "w.safetensors"), ("Strict", "false"), ("WorkingBytes", "5000000000")), options);
        Assert.Equal(
            ("w.safetensors", false, "Float16", false, 5_000_000_000),
            (options.Weights, options.Strict, options.ElementType, options.IsMutable, options.WorkingBytes));
    }

    [Theory]
    [InlineData("Strict", "perhaps", "true or false.")]
    [InlineData("WorkingBytes", "-1", "a number of bytes from 0")]
    [InlineData("WorkingBytes", "1e9", "a number of bytes from 0")]
    [InlineData("ElementType", "fp16", "one of Float16, Float32, Float64, BFloat16.")]
    public void A_value_that_cannot_be_used_is_rejected_by_its_key(string key, string value, string expected) => Assert.StartsWith(
        $"M:{key} is '{value}'. Set it to {expected}",
        Assert.Throws<FormatException>(() => TorchModelOptionsBinder.Bind(Section((key, value)), new())).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_negative_number_of_working_bytes_is_rejected() => Assert.Throws<ArgumentOutOfRangeException>(
        static () => new TorchModel<TwoLayers>(static () => new TwoLayers(), new() { WorkingBytes = -1 }));

    private static IConfigurationSection Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(
            values.Select(static pair => KeyValuePair.Create("M:" + pair.Key, (string?)pair.Value))).Build().GetSection("M");
}
