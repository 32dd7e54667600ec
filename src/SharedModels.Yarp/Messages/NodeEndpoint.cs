namespace SharedModels.Yarp.Messages;

/// <summary>An endpoint of a node, and the models that it needs, if any.</summary>
/// <param name="Pattern">The route pattern, such as <c>/v1/m/{id}</c>.</param>
/// <param name="Methods">The HTTP methods. Empty for all methods.</param>
/// <param name="Models">The ids of the models.</param>
/// <param name="ModelParameter">The route parameter that contains the id of a model, or <see langword="null"/>.</param>
/// <param name="AllowsRetry">True if a request whose node was lost can be sent to another node.</param>
internal sealed record NodeEndpoint(
    string Pattern, IReadOnlyList<string> Methods, IReadOnlyList<string> Models, string? ModelParameter, bool AllowsRetry);
