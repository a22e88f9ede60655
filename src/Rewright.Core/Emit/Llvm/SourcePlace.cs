using Rewright.Model;

namespace Rewright.Emit.Llvm;

/// <summary>The place of a rule, an operation or a normalizer in the user's source, for debuggers.</summary>
/// <remarks>
/// Unlike <see cref="SourceSpan"/>, places are equal only if they are the same: a moved line gives different debug information.
/// </remarks>
/// <param name="Module">The full name of the declaring module.</param>
/// <param name="Name">The name of the declaration in the module.</param>
/// <param name="File">The path of the file for debuggers.</param>
/// <param name="Line">The line, from 1.</param>
public sealed record SourcePlace(string Module, string Name, string File, int Line);
