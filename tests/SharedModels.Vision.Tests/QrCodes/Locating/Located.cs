using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Locating;

namespace SharedModels.Vision.Tests.QrCodes.Locating;

/// <summary>Returns the likely codes in an image from which nothing has been read.</summary>
internal static class Located
{
    public static IEnumerable<CodeLocation> In(BinaryImage image) => In(image, Patterns(image));

    public static IEnumerable<CodeLocation> In(BinaryImage image, List<FinderPattern> patterns) =>
        CodeLocator.Locate(image, CodeLocator.Triples(image, patterns, out _), static _ => false);

    public static List<FinderPattern> Patterns(BinaryImage image) => FinderPatternDetector.Find(image, static _ => false, out _);
}
