namespace SharedModels.Generators;

/// <summary>Hashes text with FNV-1a. The hash codes of strings are different in each process.</summary>
internal static class StableHash
{
    public static uint Of(string text)
    {
        var hash = 2_166_136_261;
        foreach (var letter in text)
            hash = unchecked((hash ^ letter) * 16_777_619);
        return hash;
    }
}
