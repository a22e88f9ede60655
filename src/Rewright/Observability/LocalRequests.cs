using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Observability;

/// <summary>Tells requests of this machine from those that a proxy on it forwards.</summary>
public static class LocalRequests
{
    // The headers of RFC 7239 and RFC 9110, and those that proxies and content networks send instead. ASP.NET Core renames headers that it
    // has processed to X-Original-.
    private static readonly string[] s_names =
        ["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-ProxyUser-Ip",
            "X-Envoy-External-Address"];

    private static readonly string[] s_beginnings = ["X-Forwarded-", "X-Original-"];

    /// <summary>True if a header says that the request was forwarded.</summary>
    /// <param name="headers">The names of the request's headers.</param>
    public static bool IsPassedOn(IEnumerable<string> headers) => headers.Any(h
        => s_names.Contains(h, StringComparer.OrdinalIgnoreCase)
            || Array.Exists(s_beginnings, b => h.StartsWith(b, StringComparison.OrdinalIgnoreCase)));
}
