using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedModels.AspNetCore.Tests;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>No text of user code, path or settings key reaches a caller, unless the application includes exception details.</summary>
public sealed class ExposureTests
{
    private const string Secret = "/srv/secrets";
    private const string Message = $"Could not find file '{Secret}/tenant-17/weights.safetensors'.";

    private static readonly string[] Calls = ["Marked", "Fail", "Download", "Upload", "Talk"];

    public static TheoryData<string, bool> CallsAndFaults
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var call in Calls)
            {
                data.Add(call, false);
                data.Add(call, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(CallsAndFaults))]
    public async Task A_status_includes_details_only_if_the_application_enables_them(string call, bool isDeviceLost)
    {
        foreach (var (environment, choice, shows) in ((string, bool?, bool)[])
            [(Environments.Production, null, false), (Environments.Development, false, false), (Environments.Production, true, true), (
                Environments.Development, null, true)])
        {
            await using var fixture = await GrpcFixture.StartInAsync(environment, services =>
            {
                if (choice is { } value)
                    services.Configure<SharedModelsHttpOptions>(options => options.IncludeExceptionDetails = value);
            });
            var answer = await FailAsync(fixture, call, isDeviceLost);
            if (shows)
            {
                Assert.Contains(Secret, answer, StringComparison.Ordinal);
                continue;
            }

            Assert.DoesNotContain(Secret, answer, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("SharedModels:", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(
                fixture.Web.Log.GetSnapshot(),
                static line => line.Level == LogLevel.Warning
                    && line.Message.StartsWith("Returned Unavailable for /shapes.Detector/", StringComparison.Ordinal)
                    && line.Message.Contains(Secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_kind_of_call_is_tested()
    {
        var methods = typeof(global::Grpc.Core.Interceptors.Interceptor)
            .GetMethods()
            .Count(static method => method.Name.EndsWith("ServerHandler", StringComparison.Ordinal));
        Assert.Equal(methods, Calls.Length - 1);
    }

    private static async Task<string> FailAsync(GrpcFixture fixture, string call, bool isDeviceLost)
    {
        if (isDeviceLost)
            fixture.Web.Accelerator.Lose(cause: new IOException(Message));
        else
            fixture.Web.Script("a").Load.FailWith(new FileNotFoundException(Message));
        fixture.Script.Failures.Enqueue(new ModelLeaseException($"SharedModels:Key {Message}", new IOException(Message)));
        var exception = await Assert.ThrowsAsync<RpcException>(() => CallAsync(fixture, call));
        return $"{exception.StatusCode} {exception.Status.Detail} {string.Join('\n', exception.Trailers)}";
    }

    private static async Task CallAsync(GrpcFixture fixture, string call)
    {
        switch (call)
        {
            case "Download":
                using (var download = fixture.Download())
                    await download.ResponseStream.MoveNext(CancellationToken.None);
                break;
            case "Upload":
                using (var upload = fixture.Upload())
                    await upload.ResponseAsync;
                break;
            case "Talk":
                using (var talk = fixture.Talk())
                    await talk.ResponseStream.MoveNext(CancellationToken.None);
                break;
            default:
                await fixture.CallAsync(call == "Fail" ? DetectorBase.FailMethod : DetectorBase.MarkedMethod);
                break;
        }
    }
}
