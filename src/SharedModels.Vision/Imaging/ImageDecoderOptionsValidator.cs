using Microsoft.Extensions.Options;

namespace SharedModels.Vision.Imaging;

internal sealed class ImageDecoderOptionsValidator : IValidateOptions<ImageDecoderOptions>
{
    public ValidateOptionsResult Validate(string? name, ImageDecoderOptions options) =>
        options.IsValid ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Complaint);
}
