using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>Where a rule, an operation or a normalizer stands in what the user wrote, for debuggers.</summary>
/// <remarks>
/// Other than <see cref="SourceSpan"/> two of them are equal only where they are the same place: a moved line is other debug information.
/// </remarks>
/// <param name="Module">Full name of the declaring module.</param>
/// <param name="Name">Its name there.</param>
/// <param name="File">Path of the file, as debuggers are to see it.</param>
/// <param name="Line">The line, from 1.</param>
public sealed record SourcePlace(string Module, string Name, string File, int Line);
