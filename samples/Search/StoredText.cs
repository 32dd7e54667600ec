namespace Search;

/// <summary>A text of the folder <c>texts</c>. Its first line is the title.</summary>
internal sealed record StoredText(string Title, string Body)
{
    public static StoredText[] ReadAll() =>
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "texts"), "*.txt")
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllLines)
            .Select(static lines => new StoredText(lines[0], string.Join(' ', lines[1..]).Trim())),
    ];
}
