using System.Linq;
using System.Reflection;
using Rewright.EndToEnd;
using Xunit;

[assembly: AssemblyFixture(typeof(Packages))]

namespace Rewright.EndToEnd;

/// <summary>Where these tests come from.</summary>
internal static class Repository
{
    public static string Root { get; }
        = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Root").Value!;
}
