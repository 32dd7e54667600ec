using SharedModels.Vision.Imaging.Png;

namespace SharedModels.Vision.Tests.Imaging.Png;

public class PngDataStreamTests
{
    private const int FirstChunk = 8;

    [Fact]
    public void Contents_of_consecutive_chunks_are_joined_and_end_with_them()
    {
        var file = new PngWriter()
            .Chunk("IDAT", [1, 2, 3])
            .Chunk("IDAT", [])
            .Chunk("IDAT", [4])
            .Chunk("tEXt", [9])
            .Chunk("IDAT", [5])
            .End();

        using var stream = new PngDataStream(file, FirstChunk);
        var joined = new MemoryStream();
        stream.CopyTo(joined);

        Assert.Equal([1, 2, 3, 4], joined.ToArray());
        Assert.Equal(-1, stream.ReadByte());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public void Any_buffer_will_do(int size)
    {
        var content = Enumerable.Range(0, 40).Select(i => (byte)i).ToArray();
        var file = new PngWriter().Chunk("IDAT", content[..13]).Chunk("IDAT", content[13..]).End();
        using var stream = new PngDataStream(file, FirstChunk);
        var (buffer, read) = (new byte[size], new List<byte>());

        for (var count = stream.Read(buffer, 0, size); count > 0; count = stream.Read(buffer, 0, size))
            read.AddRange(buffer[..count]);

        Assert.Equal(content, read);
    }

    [Fact]
    public void Stream_can_be_read_and_nothing_else()
    {
        using var stream = new PngDataStream(new PngWriter().End(), FirstChunk);

        Assert.Equal((true, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        stream.Flush();
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 1);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(1));
        Assert.Throws<NotSupportedException>(() => stream.Write([1], 0, 1));
    }
}
