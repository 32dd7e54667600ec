using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.Tests.Imaging.Png;

namespace SharedModels.Vision.Tests.Imaging;

/// <summary>Tests all eight orientations in both byte orders, in files of all three formats.</summary>
public sealed class OrientationAcrossFormatsTests
{
    private static readonly ImageDecoder Decoder = new();
    private static readonly byte[] Jpeg = File.ReadAllBytes(TestFiles.Fixture("qr", "clean-01.jpg"));
    private static readonly byte[] WebP = File.ReadAllBytes(TestFiles.Fixture("bad-images", "webp-lossy.webp"));
    private static readonly byte[] Png = PngWriter.Write(7, 4, 2, 8, interlaced: false, (x, y, c) => x * 30 + y * 7 + c, y => y % 5);

    public static TheoryData<string, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, bool>();
            foreach (var format in new[] { "jpeg", "png", "webp" })
            {
                for (var orientation = 1; orientation <= 8; orientation++)
                {
                    cases.Add(format, orientation, true);
                    cases.Add(format, orientation, false);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_image_is_rotated_according_to_its_tag(string format, int orientation, bool littleEndian)
    {
        var plain = Decoder.Decode(Plain(format));
        var file = With(format, Exif.Block(orientation, littleEndian));

        var turned = Decoder.Decode(file);

        var info = Decoder.Identify(file);
        Assert.Equal((turned.Width, turned.Height), (info.Width, info.Height));
        Assert.Equal(orientation >= 5 ? (plain.Height, plain.Width) : (plain.Width, plain.Height), (turned.Width, turned.Height));
        for (var y = 0; y < turned.Height; y++)
        {
            for (var x = 0; x < turned.Width; x++)
            {
                var (fromX, fromY) = Source(orientation, x, y, plain.Width - 1, plain.Height - 1);
                Assert.True(plain.Row(fromY).Slice(fromX * 3, 3).SequenceEqual(turned.Row(y).Slice(x * 3, 3)), $"({x}, {y})");
            }
        }
    }

    [Theory]
    [InlineData("exif", true)]
    [InlineData("exif", false)]
    [InlineData("APP1", true)]
    public void A_png_is_rotated_according_to_its_raw_profile(string kind, bool isCompressed)
    {
        byte[] block = [.. "Exif\0\0"u8, .. Exif.Block(3)];
        var digits = string.Concat(Convert.ToHexStringLower(block).Chunk(72).Select(line => new string(line) + "\n"));
        var file = WithProfile(kind, $"\n{kind}\n      {block.Length}\n{digits}", isCompressed);
        var (plain, turned) = (Decoder.Decode(Png), Decoder.Decode(file));
        Assert.True(plain.Row(0)[..3].SequenceEqual(turned.Row(plain.Height - 1)[^3..]));
    }

    [Fact]
    public void A_raw_profile_that_needs_a_dictionary_leaves_the_image_as_it_is_stored()
    {
        var chunk = Chunk("zTXt", [.. "Raw profile type exif\0\0"u8, 0x78, 0x20, 0, 0, 0, 0]);
        Assert.Equal(Decoder.Decode(Png).Pixels, Decoder.Decode((byte[])[.. Png[..33], .. chunk, .. Png[33..]]).Pixels);
    }

    [Fact]
    public void Only_a_few_raw_profiles_are_read_and_the_first_valid_one_applies()
    {
        byte[] xmp = Chunk("tEXt", [.. "Raw profile type APP1\0\nAPP1\n 8\n"u8, .. "687474703a2f2f6e"u8]);
        var block = Convert.ToHexStringLower(Exif.Block(3));
        byte[] exif = Chunk("tEXt", [.. "Raw profile type exif\0\nexif\n 38\n"u8, .. Encoding.ASCII.GetBytes(block)]);
        var turned = Decoder.Decode((byte[])[.. Png[..33], .. exif, .. Png[33..]]);
        Assert.NotEqual(Decoder.Decode(Png).Pixels.ToArray(), turned.Pixels.ToArray());
        Assert.Equal(turned.Pixels, Decoder.Decode((byte[])[.. Png[..33], .. xmp, .. exif, .. xmp, .. Png[33..]]).Pixels);
        byte[] many = [.. Enumerable.Repeat(xmp, 9).SelectMany(chunk => chunk)];
        Assert.Equal(Decoder.Decode(Png).Pixels, Decoder.Decode((byte[])[.. Png[..33], .. many, .. exif, .. Png[33..]]).Pixels);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nexif\n")]
    [InlineData("\nexif\n  12\nnot hexadecimal")]
    [InlineData("\nexif\n  12\n4")]
    public void A_png_with_a_broken_raw_profile_is_as_it_is_stored(string text)
    {
        foreach (var isCompressed in (bool[])[true, false])
            Assert.Equal(Decoder.Decode(Png).Pixels, Decoder.Decode(WithProfile("exif", text, isCompressed)).Pixels);
        var damaged = new PngWriter().Chunk("zTXt", [.. "Raw profile type exif\0\0"u8, 1, 2, 3]).ToArray()[8..];
        Assert.Equal(Decoder.Decode(Png).Pixels, Decoder.Decode((byte[])[.. Png[..33], .. damaged, .. Png[33..]]).Pixels);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    public void A_broken_tag_leaves_the_image_as_it_is_stored(string format)
    {
        var random = new Random(4);
        var plain = Decoder.Decode(Plain(format)).Pixels.ToArray();
        for (var i = 0; i < 30; i++)
        {
            // Neither of the two byte orders, regardless of what follows.
            var block = Exif.Block(6);
            random.NextBytes(block);
            block[0] = (byte)'X';
            Assert.Equal(plain, Decoder.Decode(With(format, block)).Pixels.ToArray());
        }
    }

    private static byte[] Chunk(string name, byte[] content) => new PngWriter().Chunk(name, content).ToArray()[8..];

    // After the header, which ends at byte 33.
    private static byte[] WithProfile(string kind, string text, bool isCompressed)
    {
        var content = new MemoryStream();
        content.Write(Encoding.ASCII.GetBytes($"Raw profile type {kind}\0"));
        if (isCompressed)
        {
            content.WriteByte(0);
            using var compressing = new ZLibStream(content, CompressionLevel.Optimal, leaveOpen: true);
            compressing.Write(Encoding.ASCII.GetBytes(text));
        }
        else
        {
            content.Write(Encoding.ASCII.GetBytes(text));
        }

        var chunk = new PngWriter().Chunk(isCompressed ? "zTXt" : "tEXt", content.ToArray()).ToArray()[8..];
        return [.. Png[..33], .. chunk, .. Png[33..]];
    }

    private static (int X, int Y) Source(int orientation, int x, int y, int right, int bottom) => orientation switch
    {
        1 => (x, y),
        2 => (right - x, y),
        3 => (right - x, bottom - y),
        4 => (x, bottom - y),
        5 => (y, x),
        6 => (y, bottom - x),
        7 => (right - y, bottom - x),
        _ => (right - y, x),
    };

    private static byte[] Plain(string format) => format switch { "jpeg" => Jpeg, "png" => Png, _ => WebP };

    private static byte[] With(string format, byte[] exif)
    {
        switch (format)
        {
            case "jpeg":
                byte[] content = [.. "Exif\0\0"u8, .. exif];
                return [.. Jpeg[..2], 0xFF, 0xE1, 0, (byte)(content.Length + 2), .. content, .. Jpeg[2..]];
            case "png":
                // After the signature (8 bytes) and the header (25 bytes).
                var chunk = new PngWriter().Chunk("eXIf", exif).ToArray()[8..];
                return [.. Png[..33], .. chunk, .. Png[33..]];
            default:
                byte[] file = [.. WebP, .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif, .. new byte[exif.Length & 1]];
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
                return file;
        }
    }
}
