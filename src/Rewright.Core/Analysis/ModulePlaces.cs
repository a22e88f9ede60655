using System.Collections.Generic;
using Rewright.Model;

namespace Rewright.Analysis;

/// <summary>The places of a module's declarations in the user's text; kept beside the model, never in it.</summary>
internal sealed class ModulePlaces
{
    public Dictionary<string, SourceSpan> Patterns { get; } = [];

    public Dictionary<string, SourceSpan> Operations { get; } = [];
}
