using System;
using System.IO;

namespace Rewright.Llvm;

/// <summary>The entry point of the child process of <see cref="IsolatedCompiler"/>; it makes this assembly a program too.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is not [Isolation.Argument])
        {
            Console.Error.WriteLine(
                "This is a library. It runs as a program only for the library itself, which compiles in a child process.");
            return 2;
        }

        var output = Console.OpenStandardOutput();
        // LLVM writes some notices itself; they must not get among the answers.
        Console.SetOut(TextWriter.Null);
        return Isolation.Serve(Console.OpenStandardInput(), output);
    }
}
