using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace VisionApi.Uploads;

/// <summary>
/// A multipart form whose files are in pooled memory. The framework's own form writes files of more than 64 kB to the disk, which takes
/// longer than to decode them, and fails on a read-only file system.
/// </summary>
internal sealed class MultipartForm : IDisposable
{
    private const int MaxParts = 1024;

    private readonly List<UploadedFile> _files = [];
    private KeyValueAccumulator _values;

    /// <summary>Returns the values of a field that are not files.</summary>
    public StringValues Values(string field) => _values.GetResults().GetValueOrDefault(field);

    /// <summary>Returns the files of a field.</summary>
    public List<UploadedFile> Files(string field) =>
        _files.FindAll(file => string.Equals(file.FieldName, field, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the form. A form that is not multipart has no files, so it is not read.</summary>
    /// <exception cref="InvalidDataException">The form is malformed.</exception>
    public async Task ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) is not true)
            return;
        var boundary = request.GetMultipartBoundary();
        if (boundary.Length == 0)
            throw new InvalidDataException("Its Content-Type has no boundary.");
        var reader = new MultipartReader(boundary, request.Body);
        for (var parts = 1; await reader.ReadNextSectionAsync(cancellationToken) is { } part; parts++)
        {
            if (parts > MaxParts)
                throw new InvalidDataException($"It has more than {MaxParts:#,0} parts.");
            await ReadAsync(part, cancellationToken);
        }
    }

    public void Dispose() => _files.ForEach(static file => file.Dispose());

    private async Task ReadAsync(MultipartSection part, CancellationToken cancellationToken)
    {
        var disposition = part.GetContentDispositionHeader();
        if (disposition is null)
            throw new InvalidDataException("A part has no valid Content-Disposition.");
        if (part.AsFileSection() is { } upload)
        {
            var file = new UploadedFile(upload.Name);
            _files.Add(file);
            await file.ReadAsync(part.Body, cancellationToken);
        }
        else if (part.AsFormDataSection() is { } text)
        {
            _values.Append(text.Name, await text.GetValueAsync(cancellationToken));
        }
    }
}
