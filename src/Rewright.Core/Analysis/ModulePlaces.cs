using System.Collections.Generic;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>Where the declarations of a module stand in the user's text; kept beside the model, never in it.</summary>
internal sealed class ModulePlaces
{
    public Dictionary<string, SourceSpan> Patterns { get; } = [];

    public Dictionary<string, SourceSpan> Operations { get; } = [];
}
