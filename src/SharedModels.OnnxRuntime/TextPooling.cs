namespace SharedModels.OnnxRuntime;

/// <summary>The way in which the vectors of a text's tokens become the vector of the text.</summary>
public enum TextPooling
{
    /// <summary>The mean of the vectors, as for the models of sentence-transformers.</summary>
    Mean,

    /// <summary>The vector of the first token, as for bge, gte and arctic-embed.</summary>
    First,
}
