using System.Runtime.CompilerServices;
using SharedModels.OnnxRuntime;

// Tests measure the memory and the threads of the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SharedModels.OnnxRuntime.Tests;

internal static class AssemblyInfo
{
    /// <summary>Creates the shared threads before another package creates a session.</summary>
    [ModuleInitializer]
    internal static void CreateThreads() => Assert.True(OnnxThreads.AreShared);
}
