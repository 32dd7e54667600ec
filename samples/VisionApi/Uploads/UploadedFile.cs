using System.Buffers;

namespace VisionApi.Uploads;

/// <summary>A file of a form, in a pooled buffer. It is read and disposed once.</summary>
/// <param name="fieldName">The name of its field.</param>
internal sealed class UploadedFile(string fieldName) : IDisposable
{
    private const int FirstLength = 16_384;

    private byte[] _buffer = [];

    public string FieldName => fieldName;

    public int Length { get; private set; }

    /// <summary>The content, until the file is disposed.</summary>
    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, Length);

    /// <summary>Reads the file. Its buffer grows with what arrives, whatever length the client states.</summary>
    public async Task ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            if (Length == _buffer.Length)
                Resize(Math.Max(FirstLength, 2 * Length));
            count = await body.ReadAsync(_buffer.AsMemory(Length), cancellationToken);
            Length += count;
        }
        while (count > 0);
    }

    public void Dispose()
    {
        Length = 0;
        Resize(0);
    }

    private void Resize(int length)
    {
        var old = _buffer;
        _buffer = length == 0 ? [] : ArrayPool<byte>.Shared.Rent(length);
        old.AsSpan(0, Length).CopyTo(_buffer);
        if (old.Length > 0)
            ArrayPool<byte>.Shared.Return(old);
    }
}
