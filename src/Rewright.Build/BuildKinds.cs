using System.Collections.Immutable;
using Rewright.Checks;
using static Rewright.Checks.Severity;

namespace Rewright.Build;

/// <summary>Every kind of diagnostic of the build. <c>docs/diagnostics/</c> has a page for each.</summary>
internal static class BuildKinds
{
    public static readonly DiagnosticKind BadArtifact = new("RW0201", Error, "Artifact cannot be read",
        "The build cannot read the files of the generator: {0} Clean the project and build it again");

    /// <summary>A warning; an error if native code is required.</summary>
    public static readonly DiagnosticKind NoToolChain = new("RW0202", Warning, "No native code", "{0}");

    /// <summary>A warning; an error if native code is required.</summary>
    public static readonly DiagnosticKind Rejected = new("RW0203", Warning, "Module does not compile to native code",
        "There is no native code for module '{0}': {1}. {2}This is a fault of Rewright; please report it with {3}");

    public static readonly DiagnosticKind NotLinked = new("RW0204", Error, "Native library cannot be linked",
        "The native library cannot be linked: {0}. Set RewrightLinkerPath to another linker, or RewrightNative=off to go on with the "
            + "interpreter");

    public static readonly DiagnosticKind WorkerDied = new("RW0205", Error, "Compiler process failed",
        "The process that compiles native code {0}. Build again; if it happens again, set RewrightLlvmPath to another LLVM (19 to 22), "
        + "or RewrightNative=off to go on with the interpreter, and report it{1}");

    public static readonly DiagnosticKind BadOption = new("RW0206", Error, "Invalid property", "{0}");

    public static readonly DiagnosticKind FileError = new("RW0207", Error, "File cannot be read or written",
        "{0} Check the permissions and the space left on that disk, and that no other program holds the file");

    public static readonly DiagnosticKind NoCargo = new("RW0208", Error, "cargo is missing",
        "RewrightRust=build needs cargo, which was not found{0}. Install Rust 1.88 or later (https://rustup.rs, or 'apt-get install "
            + "cargo' where that is new enough), "
        + "name it by RewrightCargoPath, or set RewrightRust=emit to get the crates uncompiled");

    public static readonly DiagnosticKind CrateRejected = new("RW0209", Error, "Rust crate does not compile",
        "There is no Rust library for module '{0}': {1} RewrightRust=off builds without it");

    public static readonly DiagnosticKind Unproved = new("RW0210", Warning, "Rules are not proved", "{0} not proved. {1}");

    public static readonly DiagnosticKind ProverDied = new("RW0211", Error, "Prover failed",
        "The process that proves rules {0}. Build again; if it happens again, set RewrightProofs=off to go on without proofs, and report "
            + "it{1}");

    public static readonly DiagnosticKind CircuitNotOptimized = new("RW0212", Error, "Circuit cannot be optimised",
        "The circuit '{0}' cannot be optimised: {1} RewrightCircuits=off builds without optimised circuits");

    /// <summary>A warning; an error only if a configuration raises this id.</summary>
    public static readonly DiagnosticKind RemoteCache = new("RW0213", Warning, "Remote cache is not used",
        "The remote cache {0} is not used, or not for all objects: {1}. The build compiled the missing objects itself");

    /// <summary>A warning, because the module works; an error only if a configuration raises this id.</summary>
    public static readonly DiagnosticKind CompilerFault = new(Lower.CompilerFault.Code, Warning, "The compiler of Rewright has a fault",
        "Module '{0}' exposes a fault of Rewright's compiler: {1} "
        + "It was compiled without Rewright's own optimisations. Please report it with {2}");

    public static readonly DiagnosticKind UnsafeVerdicts = new("RW0218", Warning, "File of verdicts is not trusted",
        "The file of verdicts '{0}' is not used: it {1}. Another user could have forged its verdicts; delete it, or set "
            + "RewrightProofsCache to a file that only you can write");

    public static readonly DiagnosticKind PlainSecret = new("RW0219", Warning, "Secret is sent without encryption",
        "REWRIGHT_REMOTE_CACHE_AUTHORIZATION is sent to {0} without encryption, so every machine on the way can read it. Use https:// for "
            + "RewrightRemoteCache");

    public static readonly DiagnosticKind Unexpected = new("RW0299", Error, "Unexpected failure",
        "Rewright failed unexpectedly; please report this text: {0}");

    /// <summary>The kinds that are errors whatever a project configures, because the build cannot go on sensibly.</summary>
    public static ImmutableArray<DiagnosticKind> Fixed { get; } = [BadArtifact, BadOption, FileError, Unexpected];

    /// <summary>All kinds, by id.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } =
        [BadArtifact, NoToolChain, Rejected, NotLinked, WorkerDied, BadOption, FileError, NoCargo, CrateRejected, Unproved, ProverDied,
            CircuitNotOptimized, RemoteCache, CompilerFault, UnsafeVerdicts, PlainSecret, Unexpected];
}
