using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Health;

/// <summary>
/// Writes the results of health checks: <c>{ status, checks: [{ name, status, description, data }] }</c>. Descriptions and strings in
/// the data are written only with exception details, because they may be exception messages, also in the application's own checks.
/// </summary>
internal static class HealthReportWriter
{
    public static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        var includeDetails = ExceptionDetails.AreIncluded(context.RequestServices);
        context.Response.ContentType = "application/json";
        var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        await using var end = writer.ConfigureAwait(false);
        writer.WriteStartObject();
        writer.WriteString("status", report.Status.ToString());
        writer.WriteStartArray("checks");
        foreach (var (name, check) in report.Entries)
            Write(writer, name, check, includeDetails);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, HealthReportEntry check, bool includeDetails)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("status", check.Status.ToString());
        writer.WriteString("description", includeDetails ? check.Description : null);
        writer.WriteStartObject("data");
        foreach (var (key, value) in check.Data)
        {
            if (!includeDetails && !IsSafe(value))
                continue;
            writer.WritePropertyName(key);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Indicates whether a value cannot be a message: a number, a Boolean, a time, or the residency of a model.</summary>
    private static bool IsSafe(object? value) =>
        value is null or decimal or TimeSpan or DateTime or DateTimeOffset or Enum
        || value.GetType().IsPrimitive
        || (value is string text && Enum.IsDefined(typeof(ModelResidency), text));

    /// <summary>Writes a value. The data of other checks may have any type and must not make the response fail.</summary>
    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int or long or short or byte or uint or ushort:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
