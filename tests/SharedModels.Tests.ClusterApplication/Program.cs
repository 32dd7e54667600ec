using SharedModels.Tests.ClusterApplication;

// Tests start this program with its role, then its settings.
var (role, settings) = (args[0], args[1..]);
ParentProcess.EndWithIt();
await (role is "node" ? Node.RunAsync(settings) : Gateway.RunAsync(settings));
