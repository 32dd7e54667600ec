namespace SharedModels.Compute.Kernels;

/// <summary>A group of floats in one register, so that a loop is written once for every register width.</summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Fill(float value);

    static abstract TSelf Load(float* source);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left × right + addend, rounded only once if the processor supports it.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    static abstract TSelf Max(TSelf left, TSelf right);

    static abstract TSelf Min(TSelf left, TSelf right);

    static abstract TSelf Round(TSelf value);

    /// <summary>2 to the power of an integer from -127 to 127. The result for -127 is 0.</summary>
    static abstract TSelf PowerOfTwo(TSelf whole);

    void Store(float* destination);

    float Sum();
}
