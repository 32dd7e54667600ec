using SharedModels.Vision.QrCodes.Decoding;
using SharedModels.Vision.QrCodes.Filtering;
using ZXing.QrCode.Internal;
using QrVersion = ZXing.QrCode.Internal.Version;

namespace SharedModels.Vision.Tests.QrCodes.Decoding;

public class CodewordReaderTests
{
    private static readonly ErrorCorrectionLevel[] Levels =
        [ErrorCorrectionLevel.L, ErrorCorrectionLevel.M, ErrorCorrectionLevel.Q, ErrorCorrectionLevel.H];

    private readonly Random _random = new(18004);

    public static TheoryData<int> Versions => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Errors_are_corrected_up_to_the_capacity_of_each_block(int version)
    {
        ForEachFormat(version, (data, draw, capacity) =>
        {
            var modules = draw(block => Damage(block, _random.Next(capacity + 1)));
            Assert.Equal(data, Read(modules));
            Assert.Equal(data, Read(draw(block => Damage(block, capacity))));
            Assert.Null(Read(DrawnCode.Mirror(modules)));
            Assert.Equal(data, Read(DrawnCode.Mirror(modules), isMirrored: true));
        });
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Errors_beyond_the_capacity_of_one_block_give_nothing(int version)
    {
        ForEachFormat(version, (_, draw, capacity) =>
        {
            var isDamaged = false;
            var modules = draw(block =>
            {
                if (!isDamaged)
                    Damage(block, capacity + 1 + _random.Next(block.Length - capacity));
                isDamaged = true;
            });
            Assert.Null(Read(modules));
        });
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Three_errors_in_format_and_version_are_corrected(int version)
    {
        ForEachFormat(version, (data, draw, _) =>
        {
            var modules = draw(static _ => { });
            var far = modules.Width - 1;
            foreach (var position in Pick([0, 1, 2, 3, 4, 5], 3))
            {
                Flip(modules, position, 8);
                Flip(modules, 8, far - position);
                if (version >= 7)
                    Flip(modules, far - 8, position);
            }

            // The other version information is destroyed.
            for (var i = 0; version >= 7 && i < 18; i++)
                Flip(modules, i / 3, far - 8 - i % 3);

            Assert.Equal(data, Read(modules));
        });
    }

    [Fact]
    public void Code_with_the_version_of_another_size_gives_nothing()
    {
        ForEachFormat(7, (_, draw, _) =>
        {
            var modules = draw(static _ => { });
            for (var i = 0; i < 18; i += 4)
            {
                Flip(modules, 34 + i % 3, i / 3);
                Flip(modules, i / 3, 34 + i % 3);
            }

            Assert.Null(Read(modules));
        });
    }

    [Fact]
    public void Format_without_the_constant_mask_is_read()
    {
        ForEachFormat(1, (data, draw, _) =>
        {
            var modules = draw(static _ => { });
            for (var i = 0; i < 15; i++)
            {
                if (((0x5412 >> i) & 1) == 0)
                    continue;
                Flip(modules, i < 7 ? [8, i < 6 ? i : 7] : [i < 9 ? 15 - i : 14 - i, 8]);
                Flip(modules, i < 8 ? [20 - i, 8] : [8, 6 + i]);
            }

            Assert.Equal(data, Read(modules));
        });
    }

    [Fact]
    public void Any_image_gives_nothing_and_does_not_fail()
    {
        foreach (var (width, height) in (ReadOnlySpan<(int, int)>)[(0, 0), (1, 1), (17, 17), (22, 22), (21, 25), (25, 21), (181, 181)])
            Assert.Null(CodeDecoder.Read(Noise(width, height, 50), out _));
        for (var round = 0; round < 400; round++)
        {
            var side = 17 + 4 * (1 + round % 40);
            Assert.Null(CodeDecoder.Read(Noise(side, side, _random.Next(101)), out _));
        }
    }

    [Fact]
    public void Any_codewords_in_the_frame_of_a_code_give_nothing_and_do_not_fail()
    {
        for (var version = 1; version <= 40; version++)
            ForEachFormat(version, (_, draw, _) => Assert.Null(Read(draw(block => Damage(block, block.Length)))));
    }

    private static byte[]? Read(GrayImage modules, bool isMirrored = false) => CodewordReader.Read(new CodeModules(modules, isMirrored));

    private static void Flip(GrayImage modules, params ReadOnlySpan<int> places)
    {
        for (var i = 0; i < places.Length; i += 2)
            modules.Pixels[places[i + 1] * modules.Width + places[i]] ^= byte.MaxValue;
    }

    // In the smallest codes, the standard reserves part of the correction capacity for detection.
    private static int Capacity(int version, string level, int correction) => (version, level) switch
    {
        (1, "L") => 2,
        (1, "M") or (2, "L") => 4,
        _ => correction / 2,
    };

    private void ForEachFormat(int number, Action<byte[], Func<Action<int[]>, GrayImage>, int> check)
    {
        var version = QrVersion.getVersionForNumber(number);
        foreach (var level in Levels)
        {
            var blocks = version.getECBlocksForLevel(level);
            var data = new byte[version.TotalCodewords - blocks.TotalECCodewords];
            _random.NextBytes(data);
            var mask = _random.Next(8);
            check(
                data,
                damage => DrawnCode.OfData(data, version, level, mask, damage),
                Capacity(number, level.Name, blocks.ECCodewordsPerBlock));
        }
    }

    private void Damage(int[] block, int errors)
    {
        foreach (var place in Pick([.. Enumerable.Range(0, block.Length)], errors))
            block[place] ^= _random.Next(1, 256);
    }

    private IEnumerable<int> Pick(int[] places, int count)
    {
        _random.Shuffle(places);
        return places.Take(count);
    }

    private GrayImage Noise(int width, int height, int percentDark)
    {
        var image = new GrayImage(width, height, new byte[width * height]);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = _random.Next(100) < percentDark ? (byte)0 : byte.MaxValue;
        return image;
    }
}
