namespace System.Runtime.CompilerServices;

/// <summary>Enables records on netstandard2.0.</summary>
internal static class IsExternalInit;
