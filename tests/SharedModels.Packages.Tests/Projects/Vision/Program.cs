using SharedModels.Vision.Imaging;

var info = new ImageDecoder().Identify(File.ReadAllBytes(args[0]));
Console.WriteLine($"{info.Width} x {info.Height}");
