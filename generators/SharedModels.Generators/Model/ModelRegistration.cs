namespace SharedModels.Generators.Model;

/// <summary>One <c>[SharedModel]</c> attribute of a class.</summary>
/// <param name="Id">The model's id.</param>
/// <param name="Device">The member of <c>DevicePreference</c>, or <see langword="null"/> if the attribute does not set it.</param>
/// <param name="KeepAlive">The time as written, or <see langword="null"/> if the attribute does not set it.</param>
/// <param name="MaxLeases">The number of holders, or <see langword="null"/> if the attribute does not set it.</param>
/// <param name="MaxReplicas">The number of replicas, or <see langword="null"/> if the attribute does not set it.</param>
/// <param name="MaxBatchSize">The number of inputs, or <see langword="null"/> if the attribute does not set it.</param>
/// <param name="BatchFailure">The member of <c>BatchFailure</c>, or <see langword="null"/> if the attribute does not set it.</param>
internal sealed record ModelRegistration(
    string Id, string? Device, string? KeepAlive, int? MaxLeases, int? MaxReplicas, int? MaxBatchSize, string? BatchFailure)
{
    /// <summary>The id as a C# literal.</summary>
    public string Literal => CSharpLiteral.Of(Id);
}
