namespace SharedModels.OnnxRuntime;

/// <summary>The way in which the vectors of a text's tokens become the vector of the text.</summary>
public enum TextPooling
{
    /// <summary>The mean of the vectors, as for all-MiniLM, e5 and gte.</summary>
    Mean,

    /// <summary>The vector of the first token, as for bge, arctic-embed and gte 1.5.</summary>
    First,
}
