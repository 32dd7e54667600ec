using System.Globalization;
using System.Reflection;

namespace SharedModels.Tests.Bounded;

/// <summary>
/// The real time that tests can take. <c>TEST_TIMEOUT_SECONDS</c> is the bound of an ordinary test, and all other bounds scale with it.
/// Runs that are longer on request, through <c>STRESS_SECONDS</c> or <c>HISTORIES</c>, get that time in addition.
/// </summary>
internal static class TestBound
{
    public const string Variable = "TEST_TIMEOUT_SECONDS";

    private const double DefaultSeconds = 120;
    private const double SlowestHistoriesPerSecond = 50;

    private static readonly double Factor = (Read(Variable) ?? DefaultSeconds) / DefaultSeconds;

    /// <summary>The bound of one wait within a test. It expires before the bound of the test does.</summary>
    public static TimeSpan Wait { get; } = TimeSpan.FromSeconds(DefaultSeconds / 2) * Factor;

    /// <summary>
    /// The bound of one wait for another program, such as a browser. A test with such waits is marked <see cref="LongRunningAttribute"/>.
    /// </summary>
    public static TimeSpan WaitForProgram { get; } = TimeSpan.FromSeconds(DefaultSeconds) * Factor;

    /// <summary>The bound of a test, or of a fixture if only its class is specified.</summary>
    public static TimeSpan For(Type type, MethodInfo? method = null)
    {
        var longRunning = method?.GetCustomAttribute<LongRunningAttribute>() ?? type.GetCustomAttribute<LongRunningAttribute>();
        var usual = longRunning is null ? TimeSpan.FromSeconds(DefaultSeconds) : TimeSpan.FromMinutes(longRunning.Minutes);
        return (usual * Factor) + TimeSpan.FromSeconds(
            (Read("STRESS_SECONDS") ?? 0) + ((Read("HISTORIES") ?? 0) / SlowestHistoriesPerSecond));
    }

    private static double? Read(string name) =>
        double.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;
}
