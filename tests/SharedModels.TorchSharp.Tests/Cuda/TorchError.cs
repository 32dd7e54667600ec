using System.Runtime.InteropServices;

namespace SharedModels.TorchSharp.Tests.Cuda;

/// <summary>What TorchSharp throws: an error of libtorch, as text.</summary>
internal sealed class TorchError(string message) : ExternalException(message);
