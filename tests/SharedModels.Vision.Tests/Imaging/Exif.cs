using System.Buffers.Binary;

namespace SharedModels.Vision.Tests.Imaging;

/// <summary>Writes EXIF blocks.</summary>
internal static class Exif
{
    /// <summary>Returns a TIFF header and a directory with two entries, of which the second one is the orientation.</summary>
    public static byte[] Block(int orientation, bool littleEndian = true, int type = 3, int count = 1, int directory = 8)
    {
        var block = new byte[38];
        (littleEndian ? "II*\0"u8 : "MM\0*"u8).CopyTo(block);
        Write32(4, directory);
        Write16(8, 2);
        Write16(10, 0x010F);
        Write16(22, 0x0112);
        Write16(24, type);
        Write32(26, count);
        Write16(30, orientation);
        return block;

        void Write16(int at, int value)
        {
            if (littleEndian)
                BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(at), (ushort)value);
            else
                BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(at), (ushort)value);
        }

        void Write32(int at, int value)
        {
            if (littleEndian)
                BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(at), value);
            else
                BinaryPrimitives.WriteInt32BigEndian(block.AsSpan(at), value);
        }
    }
}
