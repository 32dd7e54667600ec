namespace SharedModels.Vision.Preprocessing;

/// <summary>Mirrors an index at the first and the last position without repeating them: -1 becomes 1.</summary>
internal static class MirrorIndex
{
    public static int Of(int index, int count)
    {
        if ((uint)index < (uint)count)
            return index;
        if (count == 1)
            return 0;
        var period = 2 * (count - 1);
        var place = (index % period + period) % period;
        return place < count ? place : period - place;
    }
}
