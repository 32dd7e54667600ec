namespace SharedModels.Compute.Kernels;

/// <summary>Some floats side by side, so that a loop over numbers is written once for every width of register.</summary>
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

    /// <summary>left × right + addend, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    static abstract TSelf Max(TSelf left, TSelf right);

    static abstract TSelf Min(TSelf left, TSelf right);

    static abstract TSelf Round(TSelf value);

    /// <summary>2 to the power of a whole number from -127 to 127; 0 for -127.</summary>
    static abstract TSelf PowerOfTwo(TSelf whole);

    void Store(float* destination);

    float Sum();
}
