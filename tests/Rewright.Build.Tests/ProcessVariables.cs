using Xunit;

namespace Rewright.Build.Tests;

/// <summary>Tests that set variables of the process, or count workers, which a node keeps apart by all of its variables.</summary>
[CollectionDefinition(nameof(ProcessVariables))]
public sealed class ProcessVariables;
