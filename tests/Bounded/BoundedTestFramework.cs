using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SharedModels.Tests.Bounded;

/// <summary>
/// xunit's own framework with a bound, in real time,
/// for each test and fixture. <c>eng/Tests.props</c> makes each test project use it.
/// </summary>
internal sealed class BoundedTestFramework(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new BoundedTestFrameworkExecutor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);
}
