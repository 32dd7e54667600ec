namespace SharedModels.Orleans.Messages;

/// <summary>The times after which Orleans ends calls.</summary>
internal static class Limits
{
    public const string Call = "7.00:00:00";

    public const string Report = "00:00:05";
}
