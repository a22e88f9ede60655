using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Rewright.Llvm.Binding;

/// <summary>
/// The part of the LLVM-C API that this project calls, as function pointers loaded from one library.
/// </summary>
/// <remarks>
/// Function pointers instead of <c>[LibraryImport]</c>: an import resolves once per assembly, so it would tie the process to one LLVM. With
/// a table per library, several versions can live side by side (discovery tries several, tests compare them), and a missing function is
/// named at load time instead of failing at its first call. Calls cost the same. Every signature below is the same in LLVM 19 to 22; see
/// <see cref="LlvmLibrary.SupportedVersions"/>. Handles are <see cref="nint"/>. LLVMBool is <see cref="int"/>, and non-zero usually means
/// failure.
/// </remarks>
internal sealed unsafe class LlvmApi
{
    // Core
    public readonly delegate* unmanaged<byte*, void> DisposeMessage;
    public readonly delegate* unmanaged<delegate* unmanaged<byte*, void>, void> InstallFatalErrorHandler;
    public readonly delegate* unmanaged<nint> ContextCreate;
    public readonly delegate* unmanaged<nint, void> ContextDispose;
    public readonly delegate* unmanaged<nint, delegate* unmanaged<nint, nint, void>, nint, void> ContextSetDiagnosticHandler;
    public readonly delegate* unmanaged<nint, byte*> GetDiagInfoDescription;
    public readonly delegate* unmanaged<nint, int> GetDiagInfoSeverity;
    public readonly delegate* unmanaged<byte*, nuint, byte*, int, nint> CreateMemoryBufferWithMemoryRange;
    public readonly delegate* unmanaged<byte*, nuint, byte*, nint> CreateMemoryBufferWithMemoryRangeCopy;
    public readonly delegate* unmanaged<nint, byte*> GetBufferStart;
    public readonly delegate* unmanaged<nint, nuint> GetBufferSize;
    public readonly delegate* unmanaged<nint, void> DisposeMemoryBuffer;
    public readonly delegate* unmanaged<nint, nint, nint*, byte**, int> ParseIRInContext;
    public readonly delegate* unmanaged<nint, int, byte**, int> VerifyModule;
    public readonly delegate* unmanaged<nint, int> StripModuleDebugInfo;
    public readonly delegate* unmanaged<nint, byte*> PrintModuleToString;
    public readonly delegate* unmanaged<nint, nuint*, byte*> GetModuleInlineAsm;
    public readonly delegate* unmanaged<nint, nuint*, byte*> GetValueName;
    public readonly delegate* unmanaged<nint, nint> GetFirstFunction;
    public readonly delegate* unmanaged<nint, nint> GetNextFunction;
    public readonly delegate* unmanaged<nint, nint> GetFirstBasicBlock;
    public readonly delegate* unmanaged<nint, nint> GetNextBasicBlock;
    public readonly delegate* unmanaged<nint, nint> GetFirstInstruction;
    public readonly delegate* unmanaged<nint, nint> GetNextInstruction;
    public readonly delegate* unmanaged<nint, nint> IsACallInst;
    public readonly delegate* unmanaged<nint, nint> IsAInvokeInst;
    public readonly delegate* unmanaged<nint, nint> IsACallBrInst;
    public readonly delegate* unmanaged<nint, nint> GetCalledValue;
    public readonly delegate* unmanaged<nint, nint> IsAInlineAsm;
    public readonly delegate* unmanaged<nint, byte*, void> SetTarget;
    public readonly delegate* unmanaged<nint, nint, void> SetModuleDataLayout;
    public readonly delegate* unmanaged<nint, void> DisposeModule;

    // Target
    public readonly delegate* unmanaged<byte*> GetDefaultTargetTriple;
    public readonly delegate* unmanaged<byte*, byte*> NormalizeTargetTriple;
    public readonly delegate* unmanaged<byte*> GetHostCPUName;
    public readonly delegate* unmanaged<byte*> GetHostCPUFeatures;
    public readonly delegate* unmanaged<byte*, nint*, byte**, int> GetTargetFromTriple;
    public readonly delegate* unmanaged<nint, byte*, byte*, byte*, int, int, int, nint> CreateTargetMachine;
    public readonly delegate* unmanaged<nint, void> DisposeTargetMachine;
    public readonly delegate* unmanaged<nint, nint> CreateTargetDataLayout;
    public readonly delegate* unmanaged<nint, void> DisposeTargetData;
    public readonly delegate* unmanaged<nint, nint, int, byte**, nint*, int> TargetMachineEmitToMemoryBuffer;

    // Errors and passes
    public readonly delegate* unmanaged<nint, byte*> GetErrorMessage;
    public readonly delegate* unmanaged<byte*, void> DisposeErrorMessage;
    public readonly delegate* unmanaged<nint> CreatePassBuilderOptions;
    public readonly delegate* unmanaged<nint, void> DisposePassBuilderOptions;
    public readonly delegate* unmanaged<nint, byte*, nint, nint, nint> RunPasses;

    // ORC
    public readonly delegate* unmanaged<nint*, nint, nint> OrcCreateLLJIT;
    public readonly delegate* unmanaged<nint, nint> OrcDisposeLLJIT;
    public readonly delegate* unmanaged<nint, nint> OrcLLJITGetExecutionSession;
    public readonly delegate* unmanaged<nint, byte*, nint> OrcLLJITMangleAndIntern;
    public readonly delegate* unmanaged<nint, nint, nint, nint> OrcLLJITAddObjectFileWithRT;
    public readonly delegate* unmanaged<nint, delegate* unmanaged<nint, nint, void>, nint, void> OrcExecutionSessionSetErrorReporter;
    public readonly delegate* unmanaged<nint, byte*, nint> OrcExecutionSessionCreateBareJITDylib;
    public readonly delegate* unmanaged<nint, int, OrcSearchOrder*, nuint, OrcLookupElement*, nuint,
        delegate* unmanaged<nint, OrcSymbol*, nuint, nint, void>, nint, void> OrcExecutionSessionLookup;
    public readonly delegate* unmanaged<nint, void> OrcReleaseSymbolStringPoolEntry;
    public readonly delegate* unmanaged<OrcSymbol*, nuint, nint> OrcAbsoluteSymbols;
    public readonly delegate* unmanaged<nint, void> OrcDisposeMaterializationUnit;
    public readonly delegate* unmanaged<nint, nint, nint> OrcJITDylibDefine;
    public readonly delegate* unmanaged<nint, nint> OrcJITDylibClear;
    public readonly delegate* unmanaged<nint, nint> OrcJITDylibCreateResourceTracker;
    public readonly delegate* unmanaged<nint, nint> OrcResourceTrackerRemove;
    public readonly delegate* unmanaged<nint, void> OrcReleaseResourceTracker;

    private readonly nint _library;

    /// <summary>Loads the table. <see cref="Missing"/> lists the functions that <paramref name="library"/> does not export.</summary>
    public LlvmApi(nint library)
    {
        _library = library;

        DisposeMessage = (delegate* unmanaged<byte*, void>)Get("LLVMDisposeMessage");
        InstallFatalErrorHandler = (delegate* unmanaged<delegate* unmanaged<byte*, void>, void>)Get("LLVMInstallFatalErrorHandler");
        ContextCreate = (delegate* unmanaged<nint>)Get("LLVMContextCreate");
        ContextDispose = (delegate* unmanaged<nint, void>)Get("LLVMContextDispose");
        ContextSetDiagnosticHandler = (delegate* unmanaged<nint, delegate* unmanaged<nint, nint, void>, nint, void>)Get(
            "LLVMContextSetDiagnosticHandler");
        GetDiagInfoDescription = (delegate* unmanaged<nint, byte*>)Get("LLVMGetDiagInfoDescription");
        GetDiagInfoSeverity = (delegate* unmanaged<nint, int>)Get("LLVMGetDiagInfoSeverity");
        CreateMemoryBufferWithMemoryRange = (delegate* unmanaged<byte*, nuint, byte*, int, nint>)Get(
            "LLVMCreateMemoryBufferWithMemoryRange");
        CreateMemoryBufferWithMemoryRangeCopy = (delegate* unmanaged<byte*, nuint, byte*, nint>)Get(
            "LLVMCreateMemoryBufferWithMemoryRangeCopy");
        GetBufferStart = (delegate* unmanaged<nint, byte*>)Get("LLVMGetBufferStart");
        GetBufferSize = (delegate* unmanaged<nint, nuint>)Get("LLVMGetBufferSize");
        DisposeMemoryBuffer = (delegate* unmanaged<nint, void>)Get("LLVMDisposeMemoryBuffer");
        ParseIRInContext = (delegate* unmanaged<nint, nint, nint*, byte**, int>)Get("LLVMParseIRInContext");
        VerifyModule = (delegate* unmanaged<nint, int, byte**, int>)Get("LLVMVerifyModule");
        StripModuleDebugInfo = (delegate* unmanaged<nint, int>)Get("LLVMStripModuleDebugInfo");
        PrintModuleToString = (delegate* unmanaged<nint, byte*>)Get("LLVMPrintModuleToString");
        GetModuleInlineAsm = (delegate* unmanaged<nint, nuint*, byte*>)Get("LLVMGetModuleInlineAsm");
        GetValueName = (delegate* unmanaged<nint, nuint*, byte*>)Get("LLVMGetValueName2");
        GetFirstFunction = (delegate* unmanaged<nint, nint>)Get("LLVMGetFirstFunction");
        GetNextFunction = (delegate* unmanaged<nint, nint>)Get("LLVMGetNextFunction");
        GetFirstBasicBlock = (delegate* unmanaged<nint, nint>)Get("LLVMGetFirstBasicBlock");
        GetNextBasicBlock = (delegate* unmanaged<nint, nint>)Get("LLVMGetNextBasicBlock");
        GetFirstInstruction = (delegate* unmanaged<nint, nint>)Get("LLVMGetFirstInstruction");
        GetNextInstruction = (delegate* unmanaged<nint, nint>)Get("LLVMGetNextInstruction");
        IsACallInst = (delegate* unmanaged<nint, nint>)Get("LLVMIsACallInst");
        IsAInvokeInst = (delegate* unmanaged<nint, nint>)Get("LLVMIsAInvokeInst");
        IsACallBrInst = (delegate* unmanaged<nint, nint>)Get("LLVMIsACallBrInst");
        GetCalledValue = (delegate* unmanaged<nint, nint>)Get("LLVMGetCalledValue");
        IsAInlineAsm = (delegate* unmanaged<nint, nint>)Get("LLVMIsAInlineAsm");
        SetTarget = (delegate* unmanaged<nint, byte*, void>)Get("LLVMSetTarget");
        SetModuleDataLayout = (delegate* unmanaged<nint, nint, void>)Get("LLVMSetModuleDataLayout");
        DisposeModule = (delegate* unmanaged<nint, void>)Get("LLVMDisposeModule");

        GetDefaultTargetTriple = (delegate* unmanaged<byte*>)Get("LLVMGetDefaultTargetTriple");
        NormalizeTargetTriple = (delegate* unmanaged<byte*, byte*>)Get("LLVMNormalizeTargetTriple");
        GetHostCPUName = (delegate* unmanaged<byte*>)Get("LLVMGetHostCPUName");
        GetHostCPUFeatures = (delegate* unmanaged<byte*>)Get("LLVMGetHostCPUFeatures");
        GetTargetFromTriple = (delegate* unmanaged<byte*, nint*, byte**, int>)Get("LLVMGetTargetFromTriple");
        CreateTargetMachine = (delegate* unmanaged<nint, byte*, byte*, byte*, int, int, int, nint>)Get("LLVMCreateTargetMachine");
        DisposeTargetMachine = (delegate* unmanaged<nint, void>)Get("LLVMDisposeTargetMachine");
        CreateTargetDataLayout = (delegate* unmanaged<nint, nint>)Get("LLVMCreateTargetDataLayout");
        DisposeTargetData = (delegate* unmanaged<nint, void>)Get("LLVMDisposeTargetData");
        TargetMachineEmitToMemoryBuffer = (delegate* unmanaged<nint, nint, int, byte**, nint*, int>)Get(
            "LLVMTargetMachineEmitToMemoryBuffer");

        GetErrorMessage = (delegate* unmanaged<nint, byte*>)Get("LLVMGetErrorMessage");
        DisposeErrorMessage = (delegate* unmanaged<byte*, void>)Get("LLVMDisposeErrorMessage");
        CreatePassBuilderOptions = (delegate* unmanaged<nint>)Get("LLVMCreatePassBuilderOptions");
        DisposePassBuilderOptions = (delegate* unmanaged<nint, void>)Get("LLVMDisposePassBuilderOptions");
        RunPasses = (delegate* unmanaged<nint, byte*, nint, nint, nint>)Get("LLVMRunPasses");

        OrcCreateLLJIT = (delegate* unmanaged<nint*, nint, nint>)Get("LLVMOrcCreateLLJIT");
        OrcDisposeLLJIT = (delegate* unmanaged<nint, nint>)Get("LLVMOrcDisposeLLJIT");
        OrcLLJITGetExecutionSession = (delegate* unmanaged<nint, nint>)Get("LLVMOrcLLJITGetExecutionSession");
        OrcLLJITMangleAndIntern = (delegate* unmanaged<nint, byte*, nint>)Get("LLVMOrcLLJITMangleAndIntern");
        OrcLLJITAddObjectFileWithRT = (delegate* unmanaged<nint, nint, nint, nint>)Get("LLVMOrcLLJITAddObjectFileWithRT");
        OrcExecutionSessionSetErrorReporter = (delegate* unmanaged<nint, delegate* unmanaged<nint, nint, void>, nint, void>)Get(
            "LLVMOrcExecutionSessionSetErrorReporter");
        OrcExecutionSessionCreateBareJITDylib = (delegate* unmanaged<nint, byte*, nint>)Get("LLVMOrcExecutionSessionCreateBareJITDylib");
        OrcExecutionSessionLookup = (delegate* unmanaged<nint, int, OrcSearchOrder*, nuint, OrcLookupElement*, nuint,
            delegate* unmanaged<nint, OrcSymbol*, nuint, nint, void>, nint, void>)Get("LLVMOrcExecutionSessionLookup");
        OrcReleaseSymbolStringPoolEntry = (delegate* unmanaged<nint, void>)Get("LLVMOrcReleaseSymbolStringPoolEntry");
        OrcAbsoluteSymbols = (delegate* unmanaged<OrcSymbol*, nuint, nint>)Get("LLVMOrcAbsoluteSymbols");
        OrcDisposeMaterializationUnit = (delegate* unmanaged<nint, void>)Get("LLVMOrcDisposeMaterializationUnit");
        OrcJITDylibDefine = (delegate* unmanaged<nint, nint, nint>)Get("LLVMOrcJITDylibDefine");
        OrcJITDylibClear = (delegate* unmanaged<nint, nint>)Get("LLVMOrcJITDylibClear");
        OrcJITDylibCreateResourceTracker = (delegate* unmanaged<nint, nint>)Get("LLVMOrcJITDylibCreateResourceTracker");
        OrcResourceTrackerRemove = (delegate* unmanaged<nint, nint>)Get("LLVMOrcResourceTrackerRemove");
        OrcReleaseResourceTracker = (delegate* unmanaged<nint, void>)Get("LLVMOrcReleaseResourceTracker");
    }

    /// <summary>The functions that the library does not export. The table may be used only if there are none.</summary>
    public List<string> Missing { get; } = [];

    private nint Get(string name)
    {
        if (NativeLibrary.TryGetExport(_library, name, out nint address))
            return address;
        Missing.Add(name);
        return 0;
    }

    /// <summary>
    /// Initialises one back end. Returns false if this LLVM was built without it. The caller must hold the library's lock, because LLVM's
    /// target registry has none.
    /// </summary>
    /// <param name="target">The name in LLVM's functions: <c>X86</c>, <c>AArch64</c>.</param>
    public bool InitializeTarget(string target)
    {
        foreach (string part in (ReadOnlySpan<string>)["TargetInfo", "Target", "TargetMC", "AsmPrinter", "AsmParser"])
        {
            if (!NativeLibrary.TryGetExport(_library, $"LLVMInitialize{target}{part}", out nint address))
                return false;
            ((delegate* unmanaged<void>)address)();
        }

        return true;
    }

    /// <summary>Copies and frees a message that LLVM allocated; null gives the empty string.</summary>
    public string TakeMessage(byte* message)
    {
        if (message == null)
            return "";
        string text = Marshal.PtrToStringUTF8((nint)message)!;
        DisposeMessage(message);
        return text;
    }

    /// <summary>Copies and frees an LLVMErrorRef, which must not be null (null means success).</summary>
    public string TakeError(nint error)
    {
        byte* message = GetErrorMessage(error);
        string text = Marshal.PtrToStringUTF8((nint)message)!;
        DisposeErrorMessage(message);
        return text;
    }
}

/// <summary>LLVMOrcCSymbolMapPair.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OrcSymbol
{
    public nint Name;
    public ulong Address;
    public byte GenericFlags;
    public byte TargetFlags;

    /// <summary>Exported and callable, LLVMJITSymbolGenericFlags.</summary>
    public const byte ExportedCallable = 1 | 4;
}

/// <summary>LLVMOrcCLookupSetElement; flags 0 means that the symbol is required.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OrcLookupElement
{
    public nint Name;
    public int Flags;
}

/// <summary>LLVMOrcCJITDylibSearchOrderElement; flags 0 means exported symbols only.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OrcSearchOrder
{
    public nint Dylib;
    public int Flags;
}
