using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

public sealed class BoundedCacheTests
{
    [Fact]
    public void The_least_recently_used_value_is_removed_first()
    {
        var cache = new BoundedCache<string, int>(2);
        cache.Set("a", 1);
        cache.Set("b", 2);
        Assert.True(cache.TryGet("a", out _));
        cache.Set("c", 3);
        Assert.False(cache.TryGet("b", out _));
        Assert.True(cache.TryGet("a", out var a));
        Assert.Equal((1, 2), (a, cache.Count));
    }

    [Fact]
    public void A_value_can_be_replaced()
    {
        var cache = new BoundedCache<string, int>(2);
        cache.Set("a", 1);
        cache.Set("a", 2);
        Assert.True(cache.TryGet("a", out var a));
        Assert.Equal((2, 1), (a, cache.Count));
    }

    [Fact]
    public void A_cache_without_capacity_keeps_nothing()
    {
        var cache = new BoundedCache<string, int>(0);
        cache.Set("a", 1);
        Assert.False(cache.TryGet("a", out _));
    }

    [Fact]
    public void Any_use_leaves_it_within_its_bound_and_right()
    {
        var (cache, random) = (new BoundedCache<int, int>(10), new Random(2));
        for (var i = 0; i < 5000; i++)
        {
            var key = random.Next(40);
            if (cache.TryGet(key, out var value))
                Assert.Equal(key * 3, value);
            else
                cache.Set(key, key * 3);
            Assert.InRange(cache.Count, 1, 10);
        }
    }
}
