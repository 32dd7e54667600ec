namespace SharedModels.Cuda.Driver;

/// <summary>An error of a GPU that the kernel driver reports: https://docs.nvidia.com/deploy/xid-errors</summary>
/// <param name="Meaning">A short description of the error.</param>
/// <param name="IsLoss"><see langword="true"/> if the device is always lost. Otherwise the context must be checked.</param>
/// <param name="Remedy">The remedy.</param>
internal sealed record Xid(string Meaning, bool IsLoss, string Remedy)
{
    private const string RestartApplication = "Restart the application.";
    private const string ResetGpu =
        "Reset the GPU (nvidia-smi --gpu-reset) or restart the machine. Restarting only the application does not help.";
    private const string RestartMachine = "Restart the machine. Restarting only the application does not help.";

    /// <summary>
    /// Returns the meaning of an Xid, or <see langword="null"/> if the error affects only the program that caused it (13, 31, 43, 45 and
    /// others). If that is this program, the failed call reports the error.
    /// </summary>
    public static Xid? Find(long number) => number switch
    {
        46 => Lost("the GPU stopped processing"),
        48 => Unclear("uncorrectable ECC error", RestartApplication),
        62 => Lost("an internal microcontroller halted"),
        64 => Unclear("a row of the GPU's memory could not be remapped", ResetGpu),
        74 => Unclear("NVLink error", ResetGpu),
        79 => new("the GPU has fallen off the bus", IsLoss: true, RestartMachine),
        94 => Unclear("contained memory error", RestartApplication),
        95 => Lost("uncontained memory error"),
        109 => Lost("a context switch timed out"),
        110 => Lost("security fault"),
        119 => Lost("the GSP does not respond"),
        120 => Lost("GSP error"),
        136 => Unclear("the training of a link failed", ResetGpu),
        137 => Unclear("NVLink privilege error", RestartApplication),
        140 => Lost("unrecovered ECC error"),
        143 => Lost("the GPU could not be initialized"),
        >= 144 and <= 150 => Unclear("NVLink error", ResetGpu),

        // The event does not contain the action that the kernel log names.
        154 => Unclear("the GPU needs a recovery action", "The kernel log names the action that recovers it."),
        158 => Lost("fatal timeout"),
        171 or 172 => Unclear("uncorrectable memory error", RestartApplication),
        _ => null,
    };

    private static Xid Lost(string meaning) => new(meaning, IsLoss: true, ResetGpu);

    private static Xid Unclear(string meaning, string remedy) => new(meaning, IsLoss: false, remedy);
}
