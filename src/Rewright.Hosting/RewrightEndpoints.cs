using System;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rewright.Jit;
using Rewright.Observability;

namespace Rewright.Hosting;

/// <summary>Serves the dashboard of Rewright inside an ASP.NET Core application.</summary>
public static class RewrightEndpoints
{
    /// <summary>Maps the dashboard: live metrics, and the cached functions with rules, IR, machine code and memory.</summary>
    /// <param name="endpoints">The application's endpoints.</param>
    /// <param name="pattern">The path of the dashboard; <c>/rewright/</c> by default.</param>
    /// <param name="isEnabled">Whether to serve the dashboard; null to serve it only if the environment is Development. Otherwise requests
    /// get 404.</param>
    /// <returns>A builder for conventions such as <c>RequireAuthorization</c>.</returns>
    /// <remarks>
    /// The dashboard answers only requests from this machine that name this machine as the host, so that no page of another site can read
    /// it under a name of its own. It refuses requests that a proxy marks as forwarded. A proxy on this machine that does not mark them
    /// looks like a browser: behind such a proxy, use <c>RequireAuthorization</c>.
    /// </remarks>
    public static IEndpointConventionBuilder MapRewright(
        this IEndpointRouteBuilder endpoints, string pattern = "/rewright", bool? isEnabled = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var group = endpoints.MapGroup(pattern);
        if (!(isEnabled ?? endpoints.ServiceProvider.GetService<IHostEnvironment>()?.IsDevelopment() ?? false)) return group;
        Map(group, "/", DashboardPage.ContentType, static _ => DashboardPage.Html);
        Map(group, "/snapshot", "application/json", static _ => JitSnapshot.Take());
        Map(group, "/details", "application/json", static context => JitSnapshot.Describe(context.Request.Query["id"].ToString()));
        return group;
    }

    private static void Map(RouteGroupBuilder group, string pattern, string contentType, Func<HttpContext, string?> content)
        => group.MapGet(pattern, async context =>
        {
            if (!IsLocal(context))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }

            // The page uses relative addresses, so its own address must end in a slash; routing ignores that slash.
            if (pattern == "/" && !context.Request.Path.Value!.EndsWith('/'))
            {
                context.Response.Redirect(context.Request.PathBase + context.Request.Path + "/" + context.Request.QueryString);
                return;
            }

            if (content(context) is not { } text)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            context.Response.ContentType = contentType;
            context.Response.Headers.ContentSecurityPolicy = DashboardPage.Policy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.WriteAsync(text, context.RequestAborted);
        });

    private static bool IsLocal(HttpContext context)
    {
        if (LocalRequests.IsPassedOn(context.Request.Headers.Keys)) return false;
        string host = context.Request.Host.Host.Trim('[', ']');
        bool isLocalHost = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out var named)
            && IPAddress.IsLoopback(named);
        return isLocalHost && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
    }
}
