namespace SharedModels.Routing;

/// <summary>The state of the requested models on a chosen node.</summary>
public enum NodeChoiceKind
{
    /// <summary>The models are on their devices or on their way.</summary>
    Warm,

    /// <summary>The node loads or moves a model for the request.</summary>
    Cold,

    /// <summary>The node has not reported in time, so the state is not known.</summary>
    Unknown,
}
