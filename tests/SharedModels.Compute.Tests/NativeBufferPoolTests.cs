using SharedModels.Compute.Embedded;

namespace SharedModels.Compute.Tests;

public sealed unsafe class NativeBufferPoolTests
{
    [Fact]
    public void A_returned_buffer_is_used_again()
    {
        using var pool = new NativeBufferPool();
        var first = pool.Rent(100);
        var address = (nint)first.Data;
        first.Dispose();
        using var second = pool.Rent(200);
        Assert.Equal(address, (nint)second.Data);
        Assert.Equal(1024 * sizeof(float), pool.AllocatedBytes);
    }

    [Fact]
    public void Returning_a_buffer_twice_does_not_rent_it_to_two_callers()
    {
        using var pool = new NativeBufferPool();
        var buffer = pool.Rent(10);
        buffer.Dispose();
        buffer.Dispose();
        using var one = pool.Rent(10);
        using var two = pool.Rent(10);
        Assert.NotEqual((nint)one.Data, (nint)two.Data);
    }

    [Fact]
    public void A_much_larger_buffer_is_kept_for_larger_requests()
    {
        using var pool = new NativeBufferPool();
        pool.Rent(100_000).Dispose();
        using var small = pool.Rent(1000);
        Assert.Equal(1024, small.Capacity);
        using var large = pool.Rent(90_000);
        Assert.True(large.Capacity >= 100_000);
    }

    [Fact]
    public void The_best_fit_is_taken()
    {
        using var pool = new NativeBufferPool();
        var (large, small) = (pool.Rent(6000), pool.Rent(5000));
        large.Dispose();
        small.Dispose();
        using var found = pool.Rent(4500);
        Assert.Same(small, found);
    }

    [Fact]
    public void Trimming_frees_only_what_is_not_rented()
    {
        using var pool = new NativeBufferPool();
        using var rented = pool.Rent(1000);
        pool.Rent(100_000_000).Dispose();
        pool.Trim();
        Assert.Equal(1024 * sizeof(float), pool.AllocatedBytes);
        rented.Data[999] = 1;
        pool.Trim();
        Assert.Equal(1, rented.Data[999]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    public void Memory_is_aligned_and_large_enough(int count)
    {
        using var pool = new NativeBufferPool();
        using var buffer = pool.Rent(count);
        Assert.Equal(0, (nint)buffer.Data % 64);
        Assert.InRange(buffer.Capacity, count, count + 1023);
    }

    [Fact]
    public void Many_threads_can_rent_and_return_concurrently()
    {
        using var pool = new NativeBufferPool();
        Parallel.For(0, 2000, i =>
        {
            using var buffer = pool.Rent(100 + i % 7 * 1500);
            var numbers = new Span<float>(buffer.Data, (int)buffer.Capacity);
            numbers.Fill(i);
            Assert.False(numbers.ContainsAnyExcept((float)i));
        });
    }
}
