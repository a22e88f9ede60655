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
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">Where; <c>/rewright/</c> unless given.</param>
    /// <param name="isEnabled">Whether it is served; null for only where the environment is Development. What is not served is not
    /// found.</param>
    /// <returns>For conventions such as <c>RequireAuthorization</c>.</returns>
    /// <remarks>
    /// It answers requests from this machine only, and only where they name this machine as the host, so that no page of another site can
    /// read it by a name of its own. Requests that a proxy says it has passed on are refused. A proxy on this machine that does not say so
    /// cannot be told from a browser: where there is one, use <c>RequireAuthorization</c>.
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

            // The page asks for what lies beside it, and an address with and without a slash at its end is the same to routing.
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
