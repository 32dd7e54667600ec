using Microsoft.Extensions.Options;

namespace VisionApi;

/// <summary>Checks the ranges that the attributes of <see cref="VisionApiOptions"/> give.</summary>
[OptionsValidator]
internal sealed partial class VisionApiOptionsValidator : IValidateOptions<VisionApiOptions>;
