using ClusterSample;

const int Nodes = 3, FirstPort = 5081;
var ports = Enumerable.Range(FirstPort, Nodes).ToList();

// Without arguments, the program is the gateway and starts the nodes. A node is started with its port.
if (args is [var port])
    await Node.RunAsync(int.Parse(port));
else
    await Gateway.RunAsync(5080, ports);
