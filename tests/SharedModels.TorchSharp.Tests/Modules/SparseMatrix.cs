using TorchSharp;

namespace SharedModels.TorchSharp.Tests.Modules;

/// <summary>The identity as a sparse matrix, which cannot be a view of anything.</summary>
internal static class SparseMatrix
{
    public static torch.Tensor Make()
    {
        var (indices, values) = (torch.tensor([0L, 1L, 0L, 1L]).reshape(2, 2), torch.tensor([1f, 1f]));
        return torch.sparse_coo_tensor(indices, values, [2, 2]);
    }
}
