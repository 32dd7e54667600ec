namespace SharedModels.Compute;

/// <summary>The function that a linear layer applies to each of its outputs.</summary>
internal enum Activation
{
    /// <summary>No function. The output is unchanged.</summary>
    None,

    /// <summary><c>x · sigmoid(1.702 x)</c>.</summary>
    QuickGelu,

    /// <summary><c>x/2 · (1 + erf(x / √2))</c>, computed exactly, without the tanh approximation.</summary>
    Gelu,
}
