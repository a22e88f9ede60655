namespace Rewright.Generators;

/// <summary>Names of the generator's steps, by which tests follow what runs again.</summary>
internal static class TrackingNames
{
    /// <summary>What the user declared, one item a module.</summary>
    public const string Declarations = nameof(Declarations);

    /// <summary>Each module with those that it uses.</summary>
    public const string Closures = nameof(Closures);

    /// <summary>Each module, checked.</summary>
    public const string Checked = nameof(Checked);

    /// <summary>What the bindings of sorts and constructors are written from.</summary>
    public const string Shapes = nameof(Shapes);

    /// <summary>What the bindings of operations and the model are written from.</summary>
    public const string Contents = nameof(Contents);

    /// <summary>The artifacts of each module.</summary>
    public const string Artifacts = nameof(Artifacts);

    /// <summary>Each circuit.</summary>
    public const string Circuits = nameof(Circuits);

    /// <summary>The artifact of each circuit.</summary>
    public const string CircuitArtifacts = nameof(CircuitArtifacts);

    /// <summary>The list of all artifacts.</summary>
    public const string Index = nameof(Index);
}
