using SharedModels;

// Without a host: constructs the manager and adds models.
await using var models = new SharedModelManager();
models.Add(new Counter());
await using var lease = await models.FetchModelAsync<Counter>();
Console.WriteLine($"{lease.ModelId} on {lease.Device}: {await lease.InvokeAsync(static counter => counter.Count("one two three"))}");
Console.WriteLine(string.Join(", ", SharedModelCatalog.All.Select(static model => model.Id)));

[SharedModel("counter")]
public sealed class Counter
{
    public int Count(string text) => text.Split(' ').Length;
}
