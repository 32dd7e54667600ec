namespace SharedModels.AspNetCore.Tests.Exposure;

public enum Fault
{
    Load,
    DeviceLoss,
}
