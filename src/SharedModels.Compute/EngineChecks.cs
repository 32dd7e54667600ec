using System.Runtime.CompilerServices;

namespace SharedModels.Compute;

/// <summary>Argument checks that all engines share.</summary>
internal static class EngineChecks
{
    public static void AddMatrix(ReadOnlySpan<WeightView> parts)
    {
        Require(!parts.IsEmpty, nameof(parts), "empty", "at least one weight");
        foreach (ref readonly var part in parts)
        {
            if (part.Columns != parts[0].Columns)
                throw Unfit(nameof(parts), $"'{part.Name}' with {part.Columns} columns",
                    $"as wide as '{parts[0].Name}' with {parts[0].Columns}");
        }
    }

    public static void AddVector(ReadOnlySpan<WeightView> parts)
    {
        Require(!parts.IsEmpty, nameof(parts), "empty", "at least one weight");
        foreach (ref readonly var part in parts)
        {
            if (part.Rows != 1)
                throw Unfit(nameof(parts), $"'{part.Name}' with {part.Rows} rows", "vectors");
        }
    }

    public static void Upload(ReadOnlySpan<float> values, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (values.Length != (long)rows * columns)
            throw Unfit(nameof(values), $"{values.Length} numbers", $"{(long)rows * columns}");
    }

    public static void Download(ITensor source, Span<float> destination)
    {
        if (destination.Length != (long)source.Rows * source.Columns)
            throw Unfit(nameof(destination), $"room for {destination.Length} numbers", $"{(long)source.Rows * source.Columns}");
    }

    public static void Linear(ITensor input, ITensor weight, ITensor? bias, ITensor? residual)
    {
        RequireShape(input, input.Rows, weight.Columns);
        if (bias is not null)
            RequireShape(bias, 1, weight.Rows);
        if (residual is not null)
            RequireShape(residual, input.Rows, weight.Rows);
    }

    public static void LayerNorm(ITensor input, ITensor gain, ITensor bias)
    {
        RequireShape(gain, 1, input.Columns);
        RequireShape(bias, 1, input.Columns);
    }

    public static void Attention(ITensor queriesKeysValues, int heads, int sequences)
    {
        var (rows, columns) = (queriesKeysValues.Rows, queriesKeysValues.Columns);
        Require(sequences > 0 && rows % sequences == 0, nameof(sequences), $"{sequences}", $"a divisor of {rows} rows");
        Require(heads > 0 && columns % (3 * heads) == 0, nameof(heads), $"{heads}", $"a divisor of a third of {columns} columns");
    }

    /// <summary>Checks the arguments and returns the side of the images.</summary>
    public static int Patches(ITensor pixels, int channels, int patch)
    {
        var side = (int)Math.Sqrt(pixels.Columns);
        Require(side * side == pixels.Columns, nameof(pixels), $"{pixels.Columns} columns", "the square of an image's side");
        Require(channels > 0 && pixels.Rows % channels == 0, nameof(channels), $"{channels}", $"a divisor of {pixels.Rows} rows");
        Require(patch > 0 && patch <= side, nameof(patch), $"{patch}", $"between 1 and {side}");
        return side;
    }

    public static void AddClassToken(ITensor patches, ITensor classToken, ITensor positions)
    {
        var tokens = positions.Rows;
        Require(
            tokens > 1 && patches.Rows % (tokens - 1) == 0,
            nameof(positions),
            $"{tokens} rows",
            $"one more than a divisor of {patches.Rows}");
        RequireShape(positions, tokens, patches.Columns);
        RequireShape(classToken, 1, patches.Columns);
    }

    public static void MergeClassToken(ITensor tokens, int images) => Require(
        images > 0 && tokens.Rows % images == 0 && tokens.Rows > images, nameof(images), $"{images}", $"a divisor of {tokens.Rows} rows");

    public static void EmbedTokens(ReadOnlySpan<int> ids, ITensor table, ITensor positions, int length)
    {
        RequireShape(positions, positions.Rows, table.Columns);
        Require(
            length > 0 && length <= positions.Rows && ids.Length > 0 && ids.Length % length == 0,
            nameof(length),
            $"{length}",
            $"a divisor of {ids.Length} ids and at most {positions.Rows}");
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)table.Rows)
                throw Unfit(nameof(ids), $"id {id}", $"below the {table.Rows} rows of the table");
        }
    }

    public static void SelectRows(ITensor input, ReadOnlySpan<int> rows)
    {
        Require(!rows.IsEmpty, nameof(rows), "empty", "at least one row");
        foreach (var row in rows)
        {
            if ((uint)row >= (uint)input.Rows)
                throw Unfit(nameof(rows), $"row {row}", $"below {input.Rows}");
        }
    }

    public static void ScoreQueries(ITensor embeddings, ITensor queries, ITensor shiftAndScale)
    {
        RequireShape(queries, queries.Rows, embeddings.Columns);
        RequireShape(shiftAndScale, embeddings.Rows, 2);
    }

    private static void RequireShape(ITensor tensor, int rows, int columns, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        if (tensor.Rows != rows || tensor.Columns != columns)
            throw Unfit(name, $"[{tensor.Rows}, {tensor.Columns}]", $"[{rows}, {columns}]");
    }

    private static void Require(bool fits, string name, string actual, string expected)
    {
        if (!fits)
            throw Unfit(name, actual, expected);
    }

    private static ArgumentException Unfit(string name, string actual, string expected) =>
        new($"{name} is {actual}, but must be {expected}.", name);
}
