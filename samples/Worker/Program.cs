using SharedModels;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;

await using var pool = new SharedModelManager();
pool.Add(new QrReader());
pool.Add(new Owlv2(new Owlv2Options { Checkpoint = Beside("demo-checkpoint") }));

using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    interrupt.Cancel();
};

// Both run concurrently. Each waits until its model is loaded and available, and releases it at the end of its method.
try
{
    await Task.WhenAll(UseQrReaderAsync(interrupt.Token), UseOwlv2Async(interrupt.Token));
    return 0;
}
catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
{
    Console.WriteLine("Interrupted.");
    return 130;
}

async Task UseQrReaderAsync(CancellationToken ct)
{
    var image = Open("codes.png");
    await using var lease = await pool.FetchModelAsync<QrReader>(ct);
    var detections = await lease.InvokeAsync(reader => reader.Detect(image, ct), ct);
    foreach (var code in detections)
        Console.WriteLine($"{lease.ModelId} on {lease.Device}: '{code.Text}' around ({code.Center.X:0}, {code.Center.Y:0})");
}

async Task UseOwlv2Async(CancellationToken ct)
{
    var image = Open("shapes.png");
    string[] prompts = ["a red triangle", "a purple circle", "a black star"];
    await using var lease = await pool.FetchModelAsync<Owlv2>(ct);
    var results = await lease.InvokeAsync(owl => owl.Detect(image, prompts, confidence: 0.3f, cancellationToken: ct), ct);
    foreach (var (label, score, box) in results)
        Console.WriteLine(
            $"{lease.ModelId} on {lease.Device}: {label} ({score:0.00}) at ({box.XMin:0}, {box.YMin:0}) to ({box.XMax:0}, {box.YMax:0})");
}

static RgbImage Open(string picture) => new ImageDecoder().Decode(File.ReadAllBytes(Beside("pictures", picture)));

static string Beside(params string[] parts) => Path.Combine([AppContext.BaseDirectory, .. parts]);
