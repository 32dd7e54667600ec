namespace VisionApi.Uploads;

/// <summary>The exception for an invalid form field. The message is intended for the user who filled in the form.</summary>
internal sealed class InvalidFieldException(string fieldName, string message, int statusCode = StatusCodes.Status400BadRequest)
    : BadHttpRequestException(message, statusCode)
{
    public string Field => fieldName;
}
