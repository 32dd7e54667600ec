namespace SharedModels.Vision;

/// <summary>The limits that a search of an image reached. Codes beyond the limits might not have been found.</summary>
[Flags]
public enum QrSearchLimits
{
    /// <summary>The whole image was searched.</summary>
    None = 0,

    /// <summary>The image has more pixels than <see cref="QrReaderOptions.MaxPixels"/> and was searched at a reduced size.</summary>
    Pixels = 1,

    /// <summary>
    /// The image has more finder patterns, or more groups of three that could belong to a code, than are considered. The limits are the
    /// patterns of 128 codes and 3,000 groups.
    /// </summary>
    FinderPatterns = 2,

    /// <summary>The search ended early because too many groups of finder patterns did not belong to codes.</summary>
    Work = 4,

    /// <summary>The search took longer than <see cref="QrReaderOptions.TimeLimit"/>.</summary>
    Time = 8,
}
