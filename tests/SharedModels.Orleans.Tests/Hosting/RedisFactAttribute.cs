namespace SharedModels.Orleans.Tests.Hosting;

/// <summary>A test with a Redis server. It is skipped on a machine without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute()
    {
        if (!InstalledPrograms.HasAny("redis-server"))
            Skip = "Redis is not installed. On Debian: apt-get install redis-server.";
    }
}
