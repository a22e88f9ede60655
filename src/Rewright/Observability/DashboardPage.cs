using System.IO;
using System.Text;

namespace Rewright.Observability;

/// <summary>The page of the dashboard. It requests only <c>snapshot</c> and <c>details?id=</c>, relative to its own address.</summary>
public static class DashboardPage
{
    /// <summary>The media type of the page.</summary>
    public const string ContentType = "text/html; charset=utf-8";

    /// <summary>Lets the page use only its own content and server, and forbids other pages to show it in a frame.</summary>
    public const string Policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri "
        + "'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The page.</summary>
    public static string Html { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(DashboardPage).Assembly.GetManifestResourceStream("Rewright.Dashboard.html")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
