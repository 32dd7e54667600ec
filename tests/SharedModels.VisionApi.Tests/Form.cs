using System.Net.Http.Headers;

namespace SharedModels.VisionApi.Tests;

/// <summary>A multipart form, as a client sends it.</summary>
internal sealed class Form : MultipartFormDataContent
{
    public Form Picture(string path, string field = "image") => Picture(File.ReadAllBytes(path), field, Path.GetFileName(path));

    public Form Picture(byte[] bytes, string field = "image", string fileName = "picture.png")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        Add(content, field, fileName);
        return this;
    }

    public Form Text(string field, params IEnumerable<string> values)
    {
        foreach (var value in values)
            Add(new StringContent(value), field);
        return this;
    }
}
