using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Tests sheets of labels.</summary>
public class ManyCodesTests
{
    [Theory]
    [InlineData(4, 3, 0)]
    [InlineData(4, 3, 15)]
    [InlineData(6, 4, 15)]
    [InlineData(8, 6, 15)]
    [InlineData(10, 6, 0)]
    [InlineData(10, 6, 37)]
    public void All_codes_of_a_sheet_are_read(int columns, int rows, double degrees)
    {
        const int Pixels = 4;
        const int Cell = (25 + 2 * 4) * Pixels;
        var texts = Enumerable.Range(0, columns * rows).Select(i => $"LABEL-{i:0000}-ABC").ToArray();
        var sheet = new GrayImage(columns * Cell, rows * Cell, new byte[columns * Cell * rows * Cell]);
        for (var i = 0; i < texts.Length; i++)
            Drawing.Paste(sheet, DrawnCode.Enlarge(DrawnCode.OfText(texts[i], 2), Pixels), i % columns * Cell, i / columns * Cell);

        var detections = new QrReader().Detect(Camera.ToRgb(Turn(sheet, degrees)));

        Assert.Equal(texts, detections.Select(detection => detection.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Code_inside_another_is_read_too()
    {
        // The error correction of the outer code restores what the inner code covers.
        var outer = DrawnCode.Enlarge(DrawnCode.OfText("outer", ZXing.QrCode.Internal.ErrorCorrectionLevel.H, 20), 8);
        var inner = DrawnCode.Enlarge(DrawnCode.OfText("inner", 1), 6, 2);
        Drawing.Paste(outer, inner, (outer.Width - inner.Width) / 2, (outer.Width - inner.Width) / 2);

        var texts = new QrReader().Detect(Camera.ToRgb(outer)).Select(detection => detection.Text).Order(StringComparer.Ordinal);

        Assert.Equal(["inner", "outer"], texts);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(10, 2)]
    [InlineData(40, 1)]
    public void Code_without_a_quiet_zone_is_read(int version, int pixels)
    {
        var image = DrawnCode.Enlarge(DrawnCode.OfText("no margin", version), pixels, 0);

        Assert.Equal("no margin", Assert.Single(new QrReader().Detect(Camera.ToRgb(image))).Text);
    }

    private static GrayImage Turn(GrayImage sheet, double degrees)
    {
        var side = (int)Math.Sqrt(sheet.Width * sheet.Width + sheet.Height * sheet.Height);
        var turned = new GrayImage(side, side, new byte[side * side]);
        for (var i = 0; i < turned.Pixels.Length; i++)
        {
            var (x, y) = Drawing.Turn(i % side + 0.5 - side / 2.0, i / side + 0.5 - side / 2.0, -degrees);
            (x, y) = (x + sheet.Width / 2.0, y + sheet.Height / 2.0);
            var isInside = x >= 0 && y >= 0 && x < sheet.Width && y < sheet.Height;
            turned.Pixels[i] = isInside ? (byte)sheet.Sample(x, y) : byte.MaxValue;
        }

        return turned;
    }
}
