using System.Runtime.InteropServices;

namespace SharedModels.Compute.Tests.Checkpoints;

/// <summary>A tensor that a test reads or writes.</summary>
internal sealed record StoredTensor(string Name, string Type, int[] Shape, byte[] Data)
{
    public static StoredTensor Of(string name, int[] shape, params float[] values) =>
        new(name, "F32", shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    /// <summary>Converts float32 to a smaller type, rounding to the nearest number.</summary>
    public StoredTensor To(string type)
    {
        var values = MemoryMarshal.Cast<byte, float>(Data);
        var halves = new ushort[values.Length];
        for (var i = 0; i < values.Length; i++)
            halves[i] = type == "F16" ? BitConverter.HalfToUInt16Bits((Half)values[i]) : ToBFloat16(values[i]);
        return this with { Type = type, Data = MemoryMarshal.AsBytes<ushort>(halves).ToArray() };
    }

    /// <summary>Returns the values that remain after a conversion, as float32.</summary>
    public StoredTensor Rounded(string type)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(To(type).Data);
        var values = new float[halves.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = type == "F16"
                ? (float)BitConverter.UInt16BitsToHalf(halves[i]) : BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        return this with { Type = "F32", Data = MemoryMarshal.AsBytes<float>(values).ToArray() };
    }

    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
}
