using System.Runtime.InteropServices;
using SharedModels.TorchSharp.Arena;

namespace SharedModels.TorchSharp.Tests.Arena;

public sealed unsafe class ParallelCopyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 << 20)]
    [InlineData((16 << 20) + 1)]
    [InlineData((32 << 20) + 12_345)]
    public void Every_byte_is_copied_and_no_other_is_touched(int bytes)
    {
        var source = (byte*)NativeMemory.Alloc((nuint)bytes + 1);
        var target = (byte*)NativeMemory.Alloc((nuint)bytes + 1);
        new Random(bytes).NextBytes(new Span<byte>(source, bytes + 1));
        target[bytes] = 77;
        ParallelCopy.Run([new((nint)source, (nint)target, bytes)], CancellationToken.None);
        Assert.True(new ReadOnlySpan<byte>(source, bytes).SequenceEqual(new ReadOnlySpan<byte>(target, bytes)));
        Assert.Equal(77, target[bytes]);
        NativeMemory.Free(source);
        NativeMemory.Free(target);
    }

    [Fact]
    public void A_canceled_copy_does_not_start() =>
        Assert.Throws<OperationCanceledException>(() => ParallelCopy.Run([new(0, 0, 1)], new CancellationToken(canceled: true)));
}
