using Grpc.Core;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>The base class that gRPC's tools would generate from a description of the service. The messages are strings.</summary>
[BindServiceMethod(typeof(DetectorBase), nameof(BindService))]
public abstract class DetectorBase
{
    private static readonly Marshaller<string> Text = Marshallers.StringMarshaller;

    public static Method<string, string> MarkedMethod { get; } = Describe(MethodType.Unary, nameof(Marked));

    public static Method<string, string> PlainMethod { get; } = Describe(MethodType.Unary, nameof(Plain));

    public static Method<string, string> FailMethod { get; } = Describe(MethodType.Unary, nameof(Fail));

    public static Method<string, string> DownloadMethod { get; } = Describe(MethodType.ServerStreaming, nameof(Download));

    public static Method<string, string> CountMethod { get; } = Describe(MethodType.ServerStreaming, nameof(Count));

    public static Method<string, string> UploadMethod { get; } = Describe(MethodType.ClientStreaming, nameof(Upload));

    public static Method<string, string> TalkMethod { get; } = Describe(MethodType.DuplexStreaming, nameof(Talk));

    public static void BindService(ServiceBinderBase binder, DetectorBase? service)
    {
        binder.AddMethod(MarkedMethod, service is null ? null : new UnaryServerMethod<string, string>(service.Marked));
        binder.AddMethod(PlainMethod, service is null ? null : new UnaryServerMethod<string, string>(service.Plain));
        binder.AddMethod(FailMethod, service is null ? null : new UnaryServerMethod<string, string>(service.Fail));
        binder.AddMethod(DownloadMethod, service is null ? null : new ServerStreamingServerMethod<string, string>(service.Download));
        binder.AddMethod(CountMethod, service is null ? null : new ServerStreamingServerMethod<string, string>(service.Count));
        binder.AddMethod(UploadMethod, service is null ? null : new ClientStreamingServerMethod<string, string>(service.Upload));
        binder.AddMethod(TalkMethod, service is null ? null : new DuplexStreamingServerMethod<string, string>(service.Talk));
    }

    public abstract Task<string> Marked(string request, ServerCallContext context);

    public abstract Task<string> Plain(string request, ServerCallContext context);

    public abstract Task<string> Fail(string request, ServerCallContext context);

    public abstract Task Download(string request, IServerStreamWriter<string> responseStream, ServerCallContext context);

    public abstract Task Count(string request, IServerStreamWriter<string> responseStream, ServerCallContext context);

    public abstract Task<string> Upload(IAsyncStreamReader<string> requestStream, ServerCallContext context);

    public abstract Task Talk(
        IAsyncStreamReader<string> requestStream, IServerStreamWriter<string> responseStream, ServerCallContext context);

    private static Method<string, string> Describe(MethodType type, string name) => new(type, "shapes.Detector", name, Text, Text);
}
