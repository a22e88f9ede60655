using System.Runtime.InteropServices;
using Rewright.Llvm.Binding;

namespace Rewright.Llvm.Compile;

/// <summary>
/// Finds assembly in a module that LLVM has read. The assembler would obey its directives, such as one that reads a file.
/// </summary>
internal static unsafe class AssemblySearch
{
    /// <summary>The place of assembly in the module; null if there is none.</summary>
    public static string? Find(LlvmApi api, nint module)
    {
        nuint length;
        if (api.GetModuleInlineAsm(module, &length) != null && length > 0)
            return "the module holds assembly ('module asm'), which is not allowed";
        for (nint function = api.GetFirstFunction(module); function != 0; function = api.GetNextFunction(function))
        {
            for (nint block = api.GetFirstBasicBlock(function); block != 0; block = api.GetNextBasicBlock(block))
            {
                for (nint instruction = api.GetFirstInstruction(block); instruction != 0; instruction = api.GetNextInstruction(instruction))
                {
                    if (IsCall(api, instruction) && api.IsAInlineAsm(api.GetCalledValue(instruction)) != 0)
                        return $"the function '{NameOf(api, function)}' holds assembly ('asm'), which is not allowed";
                }
            }
        }

        return null;
    }

    private static bool IsCall(LlvmApi api, nint instruction)
        => api.IsACallInst(instruction) != 0 || api.IsAInvokeInst(instruction) != 0 || api.IsACallBrInst(instruction) != 0;

    private static string NameOf(LlvmApi api, nint function)
    {
        nuint length;
        return Marshal.PtrToStringUTF8((nint)api.GetValueName(function, &length), (int)length);
    }
}
