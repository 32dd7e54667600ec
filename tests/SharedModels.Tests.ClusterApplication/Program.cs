using SharedModels.Tests.ClusterApplication;

// Tests start this program with its role, then its settings.
var (role, settings) = (args[0], args[1..]);
ParentProcess.EndWithIt();
await (role switch
{
    "node" => Node.RunAsync(settings),
    "silo" => WorkerSilo.RunAsync(settings),
    _ => Gateway.RunAsync(settings),
});
