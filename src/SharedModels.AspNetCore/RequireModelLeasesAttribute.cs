using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore;

/// <summary>
/// Acquires all leases that a controller, action, page, hub method or gRPC method takes before it runs. They are acquired together or not
/// at all, and occupy one place in the queue.
/// </summary>
/// <remarks>
/// <para>These are the leases that were injected into the request's scope by then: as parameters, into constructors, or into services that
/// those take. They are released when the response is complete, as the scope ends then. A client that goes away leaves the queue.</para>
/// <para>For minimal APIs, and for whole groups, call <c>RequireModelLeases()</c> where they are mapped. For hubs, call
/// <c>AddSignalR().AddModelLeases()</c> once; for gRPC services <c>AddGrpc().AddModelLeases()</c>, of the package
/// SharedModels.AspNetCore.Grpc.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireModelLeasesAttribute : Attribute, IAsyncActionFilter, IAsyncPageFilter
{
    /// <summary>The priority of the request.</summary>
    /// <value>The default is <see cref="LeasePriority.Normal"/>.</value>
    public LeasePriority Priority
    {
        get => Options.Priority;
        set => Options = Options with { Priority = value };
    }

    /// <summary>The maximum time to wait, as a <see cref="TimeSpan"/> (<c>00:00:10</c>).</summary>
    /// <value><see langword="null"/> (the default) for <c>SharedModels:Leasing:AcquireTimeout</c>.</value>
    /// <exception cref="FormatException">The text is not a time above zero.</exception>
    public string? Timeout
    {
        get => Options.Timeout?.ToString("c", CultureInfo.InvariantCulture);
        set => Options = Options with { Timeout = value is null ? null : Parse(value) };
    }

    internal AcquireOptions Options { get; set; } = new();

    /// <summary>Whether <c>RequireModelLeases()</c> made it, where an endpoint or a group is mapped.</summary>
    internal bool IsConvention { get; init; }

    async Task IAsyncActionFilter.OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        if (context.IsEffectivePolicy(this))
            await AcquireAsync(context.HttpContext).ConfigureAwait(false);
        await next().ConfigureAwait(false);
    }

    Task IAsyncPageFilter.OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    async Task IAsyncPageFilter.OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.IsEffectivePolicy(this))
            await AcquireAsync(context.HttpContext).ConfigureAwait(false);
        await next().ConfigureAwait(false);
    }

    /// <summary>That of the method, or of its class, or of where it is mapped.</summary>
    internal static RequireModelLeasesAttribute? NearestTo(HttpContext context)
    {
        var all = context.GetEndpoint()?.Metadata.GetOrderedMetadata<RequireModelLeasesAttribute>() ?? [];
        return all.LastOrDefault(static leases => !leases.IsConvention) ?? (all is [.., var last] ? last : null);
    }

    internal static TimeSpan? Checked(TimeSpan? timeout) =>
        timeout is { } time && time <= TimeSpan.Zero && time != System.Threading.Timeout.InfiniteTimeSpan
            ? throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The timeout of leases is a time above zero.")
            : timeout;

    internal ValueTask AcquireAsync(HttpContext context) => AcquireAsync(context.RequestServices, context.RequestAborted);

    internal ValueTask AcquireAsync(IServiceProvider scope, CancellationToken cancellationToken) =>
        scope.GetRequiredService<IModelLeaseScope>().AcquireAllAsync(Options, cancellationToken);

    private static TimeSpan Parse(string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero
            ? time
            : throw new FormatException(
                $"The timeout '{text}' of [RequireModelLeases] is not a time above zero; write hours, minutes and seconds such "
                + "as 00:00:10.");
}
