using System;
using System.IO;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Rewright.Generators.Tests.Kit;

/// <summary>Runs programs that were compiled with generated code.</summary>
internal static class TestProgram
{
    /// <summary>The result of the method <c>App.Program.Run</c>.</summary>
    public static string Run(Compilation compilation)
    {
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success, string.Join("\n", emitted.Diagnostics));
        return Assembly.Load(image.ToArray()).GetType("App.Program")!.GetMethod("Run")!.CreateDelegate<Func<string>>()();
    }
}
