namespace SharedModels.Vision;

/// <summary>The limits of the work on an image that a search reached. Codes beyond them may not have been found.</summary>
[Flags]
public enum QrSearchLimits
{
    /// <summary>The whole image was searched.</summary>
    None = 0,

    /// <summary>The image has more pixels than <see cref="QrReaderOptions.MaxPixels"/>, and was searched at a reduced size.</summary>
    Pixels = 1,

    /// <summary>
    /// The image has more finder patterns, or groups of three that could be a code's, than are considered: the patterns of 128 codes, and
    /// 3,000 groups.
    /// </summary>
    FinderPatterns = 2,

    /// <summary>So many groups of finder patterns were not codes that the search ended early.</summary>
    Work = 4,

    /// <summary>The search took longer than <see cref="QrReaderOptions.TimeLimit"/>.</summary>
    Time = 8,
}
