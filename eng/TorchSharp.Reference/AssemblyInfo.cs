[assembly: System.Runtime.CompilerServices.ReferenceAssembly]
