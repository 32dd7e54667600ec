using System.IO.MemoryMappedFiles;

namespace SharedModels.Compute.Checkpoints;

internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _data;

    public MappedFile(string path)
    {
        Path = path;
        Length = new FileInfo(path).Length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        try
        {
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
        }
        catch
        {
            _view?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public long Length { get; }

    public byte* Data => _data + _view.PointerOffset;

    /// <summary>Brings the whole file into memory, if it is not there yet.</summary>
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
