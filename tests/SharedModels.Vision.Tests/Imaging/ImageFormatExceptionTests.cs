using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging;

public class ImageFormatExceptionTests
{
    [Fact]
    public void Reason_message_and_cause_are_kept()
    {
        var cause = new InvalidDataException();
        var exception = new ImageFormatException(ImageFormatErrorReason.Truncated, "Cut off.", cause);

        Assert.Equal(
            (ImageFormatErrorReason.Truncated, "Cut off.", cause), (exception.Reason, exception.Message, exception.InnerException));
    }

    [Fact]
    public void Customary_constructors_have_a_reason_too()
    {
        Assert.Equal(ImageFormatErrorReason.Unsupported, new ImageFormatException().Reason);
        Assert.Equal(ImageFormatErrorReason.Unsupported, new ImageFormatException("No.").Reason);
        Assert.Equal(ImageFormatErrorReason.Corrupt, new ImageFormatException("No.", new InvalidDataException()).Reason);
        Assert.EndsWith(".", new ImageFormatException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Callers_that_know_only_the_framework_can_catch_it() => Assert.IsAssignableFrom<FormatException>(new ImageFormatException());
}
