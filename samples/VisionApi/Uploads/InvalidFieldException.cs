namespace VisionApi.Uploads;

/// <summary>A field of a form is not what it should be; the message tells the one who filled it in.</summary>
internal sealed class InvalidFieldException(string fieldName, string message, int statusCode = StatusCodes.Status400BadRequest)
    : BadHttpRequestException(message, statusCode)
{
    public string Field => fieldName;
}
