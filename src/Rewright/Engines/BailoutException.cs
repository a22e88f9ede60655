using System;

namespace Rewright.Engines;

/// <summary>A host operation returned a term that the unboxed form of the calling code cannot hold.</summary>
internal sealed class BailoutException : Exception;
