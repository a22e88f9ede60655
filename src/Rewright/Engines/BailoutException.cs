using System;

namespace Rewright.Engines;

/// <summary>A host operation has returned a term that the unboxed forms of the code that called it cannot hold.</summary>
internal sealed class BailoutException : Exception;
