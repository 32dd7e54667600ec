using System.IO.MemoryMappedFiles;

namespace SharedModels.Compute.Checkpoints;

internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _data;

    /// <exception cref="CheckpointException">The file is missing, empty, not readable, or a Git LFS pointer.</exception>
    public MappedFile(string path)
    {
        Path = path;
        var handle = CheckpointFile.Open(path);
        try
        {
            Length = RandomAccess.GetLength(handle);
            _file = MemoryMappedFile.CreateFromFile(
                handle, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
        }
        catch
        {
            _view?.Dispose();
            _file?.Dispose();
            handle.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public long Length { get; }

    public byte* Data => _data + _view.PointerOffset;

    /// <summary>Reads the whole file into memory.</summary>
    public void ReadAhead(CancellationToken cancellationToken)
    {
        const int Stretch = 1 << 20;
        for (var offset = 0L; offset < Length; offset += Environment.SystemPageSize)
        {
            if (offset % Stretch == 0)
                cancellationToken.ThrowIfCancellationRequested();
            _ = Volatile.Read(ref Data[offset]);
        }
    }

    public void Dispose()
    {
        if (_data is null)
            return;
        _data = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
