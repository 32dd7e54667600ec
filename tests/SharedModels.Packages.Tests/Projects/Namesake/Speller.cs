using SharedModels;

namespace Acme.Text
{
    [SharedModel("other-speller")]
    public sealed class Speller;
}

namespace Acme.Checks
{
    [SharedModel("hyphens")]
    public sealed class Checker;
}
