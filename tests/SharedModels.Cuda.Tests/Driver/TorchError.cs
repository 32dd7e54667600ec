using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Tests.Driver;

/// <summary>The exception of TorchSharp: an error of libtorch, as text.</summary>
internal sealed class TorchError(string message) : ExternalException(message);
