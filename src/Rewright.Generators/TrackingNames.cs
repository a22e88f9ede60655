namespace Rewright.Generators;

/// <summary>The names of the generator's steps, by which tests see which steps run again.</summary>
internal static class TrackingNames
{
    /// <summary>The user's declarations, one item per module.</summary>
    public const string Declarations = nameof(Declarations);

    /// <summary>Each module with the modules that it uses.</summary>
    public const string Closures = nameof(Closures);

    /// <summary>Each checked module.</summary>
    public const string Checked = nameof(Checked);

    /// <summary>The input of the bindings of sorts and constructors.</summary>
    public const string Shapes = nameof(Shapes);

    /// <summary>The input of the bindings of operations and of the model.</summary>
    public const string Contents = nameof(Contents);

    /// <summary>Each module with methods over objects.</summary>
    public const string OnObjects = nameof(OnObjects);

    /// <summary>The artifacts of each module.</summary>
    public const string Artifacts = nameof(Artifacts);

    /// <summary>Each circuit.</summary>
    public const string Circuits = nameof(Circuits);

    /// <summary>The artifact of each circuit.</summary>
    public const string CircuitArtifacts = nameof(CircuitArtifacts);

    /// <summary>The list of all artifacts.</summary>
    public const string Index = nameof(Index);
}
