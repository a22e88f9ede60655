namespace Rewright.Model;

/// <summary>Which version of the sources emitted a module's code. Caches keep code of different versions apart.</summary>
public static partial class SourceIdentity
{
    /// <summary>A checksum of the sources that decide what code is emitted, and of the version.</summary>
    public static string Value => Checksum;
}
