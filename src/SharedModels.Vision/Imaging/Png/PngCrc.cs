using System.Buffers.Binary;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>Computes the CRC-32 of PNG chunks (ISO 3309), eight bytes at a time (M. Kounavis and F. Berry, "slicing by 8").</summary>
internal static class PngCrc
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[][] Tables = MakeTables();

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var (t0, t1, t2, t3, t4, t5, t6, t7) = (Tables[0], Tables[1], Tables[2], Tables[3], Tables[4], Tables[5], Tables[6], Tables[7]);
        var crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc = t7[(byte)low] ^ t6[(byte)(low >> 8)] ^ t5[(byte)(low >> 16)] ^ t4[low >> 24]
                ^ t3[(byte)high] ^ t2[(byte)(high >> 8)] ^ t1[(byte)(high >> 16)] ^ t0[high >> 24];
        }

        foreach (var value in data)
            crc = t0[(byte)(crc ^ value)] ^ crc >> 8;
        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (var slice = 0; slice < 8; slice++)
        {
            tables[slice] = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var crc = slice == 0 ? i : tables[slice - 1][i];
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? crc >> 1 ^ Polynomial : crc >> 1;
                tables[slice][i] = crc;
            }
        }

        return tables;
    }
}
