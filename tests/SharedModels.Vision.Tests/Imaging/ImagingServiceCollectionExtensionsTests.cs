using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.Tests.Imaging.Png;

namespace SharedModels.Vision.Tests.Imaging;

public class ImagingServiceCollectionExtensionsTests
{
    [Fact]
    public void Decoder_is_a_singleton_with_the_default_limits()
    {
        using var provider = new ServiceCollection().AddImageDecoding().BuildServiceProvider();

        Assert.Same(provider.GetRequiredService<IImageDecoder>(), provider.GetRequiredService<IImageDecoder>());
        Assert.IsType<ImageDecoder>(provider.GetRequiredService<IImageDecoder>());
        Assert.Equal(50_000_000, provider.GetRequiredService<IOptions<ImageDecoderOptions>>().Value.MaxPixels);
    }

    [Fact]
    public void Calling_twice_adds_up_the_settings_and_registers_once()
    {
        var services = new ServiceCollection()
            .AddImageDecoding(options => options.MaxPixels = 3)
            .AddImageDecoding(options => options.MaxSide = 2);
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<ImageDecoderOptions>>().Value;

        Assert.Equal((3, 2), (options.MaxPixels, options.MaxSide));
        Assert.Single(services, service => service.ServiceType == typeof(IImageDecoder));
        Assert.Single(services, service => service.ServiceType == typeof(IValidateOptions<ImageDecoderOptions>));
    }

    [Fact]
    public void Configured_limit_is_applied()
    {
        using var provider = new ServiceCollection().AddImageDecoding(options => options.MaxPixels = 3).BuildServiceProvider();

        var decoder = provider.GetRequiredService<IImageDecoder>();

        Assert.Throws<ImageFormatException>(() => decoder.Decode(PngWriter.WriteRgb(2, 2, new byte[12])));
    }

    [Fact]
    public void Decoder_registered_by_the_application_takes_precedence()
    {
        var own = new OwnDecoder();
        using var provider = new ServiceCollection().AddSingleton<IImageDecoder>(own).AddImageDecoding().BuildServiceProvider();

        Assert.Same(own, provider.GetRequiredService<IImageDecoder>());
    }

    [Fact]
    public void Limit_out_of_range_is_rejected_with_its_value()
    {
        using var provider = new ServiceCollection().AddImageDecoding(options => options.MaxPixels = -1).BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IImageDecoder>());

        Assert.Contains("MaxPixels (now -1)", exception.Message, StringComparison.Ordinal);
    }

    private sealed class OwnDecoder : IImageDecoder
    {
        public ImageInfo Identify(ReadOnlyMemory<byte> encoded) => new(ImageFormat.Png, 1, 1);

        public RgbImage Decode(ReadOnlyMemory<byte> encoded, Transparency transparency = Transparency.Drop) => new(1, 1, new byte[3]);
    }
}
