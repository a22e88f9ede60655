using System;
using System.Collections.Generic;
using System.Linq;

namespace Rewright.Observability;

/// <summary>Tells requests that come from this machine from those that a proxy on this machine passes on.</summary>
public static class LocalRequests
{
    // By RFC 7239 and RFC 9110, and what proxies and content networks write instead. What ASP.NET Core has understood it renames to
    // X-Original-.
    private static readonly string[] s_names =
        ["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-ProxyUser-Ip",
            "X-Envoy-External-Address"];

    private static readonly string[] s_beginnings = ["X-Forwarded-", "X-Original-"];

    /// <summary>True where a header says that the request was passed on.</summary>
    /// <param name="headers">The names of its headers.</param>
    public static bool IsPassedOn(IEnumerable<string> headers) => headers.Any(h
        => s_names.Contains(h, StringComparer.OrdinalIgnoreCase)
            || Array.Exists(s_beginnings, b => h.StartsWith(b, StringComparison.OrdinalIgnoreCase)));
}
