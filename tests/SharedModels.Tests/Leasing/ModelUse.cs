using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>The ways in which the tasks of <see cref="StressRun"/> use a model.</summary>
internal static class ModelUse
{
    public enum Kind
    {
        Direct,
        Invoke,
        InvokeAsynchronously,
        Stream,
        StreamAsynchronously,
        DropStream,
    }

    public static Kind Choose(Random random) => (Kind)random.Next(6);

    /// <summary>Uses a model, and returns the largest number of users that it has seen.</summary>
    public static async Task<int> RunAsync(IModelLease<FakeModel> lease, Kind kind)
    {
        switch (kind)
        {
            case Kind.Direct:
                return lease.Model.Use();
            case Kind.Invoke:
                return await lease.InvokeAsync(static model => model.Use(), CancellationToken.None);
            case Kind.InvokeAsynchronously:
                return await lease.InvokeAsync(async static (model, _) =>
                {
                    await Task.Yield();
                    return model.Use();
                });
        }

        var most = 0;
        var options = new StreamOptions { BufferSize = 2 };
        var stream = kind == Kind.Stream
            ? lease.StreamAsync(static (model, _) => Uses(model), options)
            : lease.StreamAsync(static (model, _) => UsesAsync(model), options);
        if (kind == Kind.DropStream)
        {
            // The disposal of the lease ends the stream.
            var dropped = stream.GetAsyncEnumerator();
            return await dropped.MoveNextAsync() ? dropped.Current : 1;
        }

        await foreach (var users in stream)
        {
            most = Math.Max(most, users);
            if (kind == Kind.StreamAsynchronously && users > 0)
                most = Math.Max(most, await lease.InvokeAsync(static model => model.Use(), CancellationToken.None));
        }

        return most;
    }

    private static IEnumerable<int> Uses(FakeModel model)
    {
        for (var i = 0; i < 4; i++)
            yield return model.Use();
    }

    private static async IAsyncEnumerable<int> UsesAsync(FakeModel model)
    {
        for (var i = 0; i < 4; i++)
        {
            await Task.Yield();
            yield return model.Use();
        }
    }
}
