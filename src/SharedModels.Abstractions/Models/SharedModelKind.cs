namespace SharedModels;

/// <summary>The way in which the manager treats a model.</summary>
public enum SharedModelKind
{
    /// <summary>Any class. It is constructed and used on the CPU as it is.</summary>
    HostOnly,

    /// <summary>An <see cref="ISharedModel"/>, which loads and moves itself.</summary>
    SharedModel,

    /// <summary>A <c>torch.nn.Module</c>, which the package SharedModels.TorchSharp loads and moves.</summary>
    TorchModule,

    /// <summary>An <see cref="IPlacedModel"/>, which loads itself and is made for its device.</summary>
    PlacedModel,
}
