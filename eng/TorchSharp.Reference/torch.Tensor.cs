namespace TorchSharp;

public static partial class torch
{
    public class Tensor : IDisposable
    {
        internal Tensor() => throw null!;

        public IntPtr Handle => throw null!;

        public bool IsInvalid => throw null!;

        public static long TotalCount => throw null!;

        public long NumberOfElements => throw null!;

        public long ElementSize => throw null!;

        public long[] shape => throw null!;

        public ScalarType dtype => throw null!;

        public DeviceType device_type => throw null!;

        public int device_index => throw null!;

        public Span<byte> bytes => throw null!;

        public bool is_leaf => throw null!;

        public bool requires_grad => throw null!;

        public static Tensor operator +(Tensor left, Tensor right) => throw null!;

        public static Tensor operator *(Tensor left, Tensor right) => throw null!;

        public Tensor DetachFromDisposeScope() => throw null!;

        public Tensor MoveToOuterDisposeScope() => throw null!;

        public Tensor add(Scalar scalar) => throw null!;

        public Tensor clone() => throw null!;

        public Tensor contiguous() => throw null!;

        public Tensor copy_(Tensor source, bool nonBlocking = false) => throw null!;

        public Tensor detach() => throw null!;

        public Tensor detach_() => throw null!;

        public Tensor div(Tensor target) => throw null!;

        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => throw null!;

        public Tensor index_select(long dim, Tensor index) => throw null!;

        public bool is_floating_point() => throw null!;

        public Tensor matmul(Tensor target) => throw null!;

        public Tensor mul(Scalar target) => throw null!;

        public Tensor narrow(long dim, long start, long length) => throw null!;

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => throw null!;

        public Tensor permute(params long[] permutation) => throw null!;

        public Tensor requires_grad_(bool requires_grad = true) => throw null!;

        public Tensor reshape(params long[] shape) => throw null!;

        public Tensor select(long dim, long index) => throw null!;

        public Tensor set_(Tensor source) => throw null!;

        public Tensor sigmoid() => throw null!;

        public Tensor softmax(long dim, ScalarType? dtype = null) => throw null!;

        public Tensor to(ScalarType type) => throw null!;

        public Tensor to(Device device) => throw null!;

        public Tensor transpose(long dim0, long dim1) => throw null!;

        public Tensor triu(long diagonal = 0) => throw null!;

        public Tensor view(params long[] shape) => throw null!;

        public void Dispose() => throw null!;
    }
}
