namespace SharedModels.Orleans.Tests;

/// <summary>A contract with one method of each kind.</summary>
[RemoteModel("echo")]
public interface IEcho
{
    /// <summary>Returns the text with the name of the silo.</summary>
    Task<Answer> EchoAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>Returns the number of bytes.</summary>
    ValueTask<int> CountBytesAsync(byte[] bytes);

    /// <summary>Returns some bytes.</summary>
    Task<byte[]> MakeBytesAsync(int count);

    /// <summary>Returns the sum of many arguments.</summary>
    Task<int> SumAsync(int a, int b, int c, int d, int e, int f, int g, int h, int i);

    /// <summary>Throws an exception.</summary>
    Task FailAsync(string kind);

    /// <summary>Waits for the gate of the silo.</summary>
    ValueTask WaitAsync(CancellationToken cancellationToken);

    /// <summary>Waits for the gate of the silo, and can be computed twice.</summary>
    [RemoteMethod(Retry = ModelRetry.WhenLost)]
    Task<string> WaitAgainAsync(CancellationToken cancellationToken);

    /// <summary>Returns numbers, and passes the gate before each one but the first.</summary>
    IAsyncEnumerable<int> StreamAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>Returns one number, and throws.</summary>
    IAsyncEnumerable<int> FailStreamAsync();
}
