using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Linear Linear(
            long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null) =>
            throw null!;

        public static Parameter Parameter(Tensor data, bool requires_grad = true) => throw null!;

        public static partial class functional
        {
            public static Tensor gelu(Tensor x) => throw null!;

            public static Tensor layer_norm(
                Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                throw null!;

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => throw null!;

            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0.0, bool is_casual = false) =>
                throw null!;
        }
    }
}
