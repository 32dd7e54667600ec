using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging;

/// <summary>Tests that decoding a modified file always returns an image or throws the documented exception.</summary>
public class ImageMutationTests
{
    // MUTATIONS=10000 makes a longer run, and SEED another one.
    private static readonly int Mutations = TestFiles.Number("MUTATIONS", 300);
    private static readonly int Seed = TestFiles.Number("SEED", 0);

    private readonly ImageDecoder _decoder = new(new ImageDecoderOptions { MaxPixels = 4_000_000 });

    public static TheoryData<string> Names => new(ImageFixture.Names.Where(name => ImageFixture.Of(name).Expect == "ok"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Mutated_file_decodes_or_throws_the_documented_exception(string name)
    {
        var good = ImageFixture.Of(name).Bytes;
        var random = new Random(name.Sum(letter => letter) + Seed);
        var failures = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var mutated = Mutate(good, random);
            try
            {
                var image = _decoder.Decode(mutated);
                Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
            }
            catch (ImageFormatException exception)
            {
                Assert.True(Enum.IsDefined(exception.Reason));
                failures++;
            }
        }

        // If mutations never caused a failure, they would not test anything.
        Assert.InRange(failures, Mutations / 15, Mutations);
    }

    private static byte[] Mutate(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var count = random.Next(1, 6); count > 0 && bytes.Count > 8; count--)
        {
            // Half of the changes affect the headers.
            var at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Count, 64) : bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.Slice(random.Next(bytes.Count / 2), Math.Min(20, bytes.Count / 2)));
                    break;
                default:
                    bytes[at] = new byte[] { 0, 0x7F, 0x80, 0xFF }[random.Next(4)];
                    break;
            }
        }

        return [.. bytes];
    }
}
