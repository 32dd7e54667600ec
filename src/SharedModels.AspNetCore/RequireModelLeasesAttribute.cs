using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;

namespace SharedModels.AspNetCore;

/// <summary>
/// Acquires all leases of a controller, action, page, hub method or gRPC method before it runs. The leases are acquired together or not
/// at all, and occupy one place in the queue.
/// </summary>
/// <remarks>
/// <para>These are the leases that the request's scope has injected by then: as parameters, into constructors, or into services that
/// these depend on. They are released when the response completes and the scope ends. If the client disconnects, the request is removed
/// from the queue.</para>
/// <para>For minimal APIs and route groups, call <c>RequireModelLeases()</c> where they are mapped. Hubs also need
/// <c>AddSignalR().AddModelLeases()</c>. gRPC services also need <c>AddGrpc().AddModelLeases()</c> from the package
/// SharedModels.AspNetCore.Grpc.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireModelLeasesAttribute : Attribute, IAsyncActionFilter, IAsyncPageFilter
{
    /// <summary>Gets or sets the priority of the request.</summary>
    /// <value>The default is <see cref="LeasePriority.Normal"/>.</value>
    public LeasePriority Priority
    {
        get => Options.Priority;
        set => Options = Options with { Priority = value };
    }

    /// <summary>Gets or sets the maximum time to wait, as <c>hh:mm:ss</c> or <c>d.hh:mm:ss</c> (<c>00:00:10</c>).</summary>
    /// <value>
    /// <see langword="null"/> (the default) for <c>SharedModels:Leasing:AcquireTimeout</c>. <c>-00:00:00.001</c> means no limit.
    /// </value>
    /// <exception cref="FormatException">The text is not a time greater than zero.</exception>
    public string? Timeout
    {
        get => Options.Timeout?.ToString("c", CultureInfo.InvariantCulture);
        set => Options = Options with { Timeout = value is null ? null : Parse(value) };
    }

    internal AcquireOptions Options { get; set; } = new();

    /// <summary>Indicates whether <c>RequireModelLeases()</c> created the attribute, where an endpoint or a group is mapped.</summary>
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

    /// <summary>Returns the attribute of the method, of its class, or of its mapping.</summary>
    internal static RequireModelLeasesAttribute? NearestTo(HttpContext context)
    {
        var all = context.GetEndpoint()?.Metadata.GetOrderedMetadata<RequireModelLeasesAttribute>() ?? [];
        return all.LastOrDefault(static leases => !leases.IsConvention) ?? (all is [.., var last] ? last : null);
    }

    internal static TimeSpan? Checked(TimeSpan? timeout) =>
        timeout is { } time && !IsLimit(time)
            ? throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The timeout must be greater than zero.")
            : timeout;

    internal ValueTask AcquireAsync(HttpContext context) => AcquireAsync(context, context.RequestServices, context.RequestAborted);

    internal ValueTask AcquireAsync(HttpContext? context, IServiceProvider scope, CancellationToken cancellationToken)
    {
        var tenantOf = scope.GetService<IOptions<SharedModelsHttpOptions>>()?.Value.Tenant;
        var tenant = context is null ? null : tenantOf?.Invoke(context);
        return scope.GetRequiredService<IModelLeaseScope>().AcquireAllAsync(
            tenant is null ? Options : Options with { Tenant = tenant }, cancellationToken);
    }

    private static bool IsLimit(TimeSpan time) => time > TimeSpan.Zero || time == System.Threading.Timeout.InfiniteTimeSpan;

    private static TimeSpan Parse(string text) =>
        TimeText.TryParse(text, out var time) && IsLimit(time)
            ? time
            : throw new FormatException(
                $"The timeout '{text}' of [RequireModelLeases] is not a time greater than zero. Use hours, minutes and seconds such "
                + "as 00:00:10.");
}
