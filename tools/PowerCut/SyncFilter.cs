using System.ComponentModel;
using System.Runtime.InteropServices;

namespace PowerCut;

/// <summary>
/// The control: from now on the kernel answers every request of this process to put data on the disk with "done" and does
/// nothing, by a seccomp filter over all its threads. The product's code is the same; for SQLite it is <c>synchronous = OFF</c>.
/// </summary>
internal static unsafe partial class SyncFilter
{
    private const int SetNoNewPrivileges = 38;
    private const uint ModeFilter = 1;
    private const nuint AllThreads = 1;
    private const uint Allow = 0x7fff_0000;
    private const uint AnswerZero = 0x0005_0000;
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;

    // sync, fsync, fdatasync, msync, sync_file_range, syncfs; and seccomp itself: <asm/unistd.h>.
    private static readonly (nint Seccomp, uint[] Syncs) Numbers = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (317, [162, 74, 75, 26, 277, 306]),
        Architecture.Arm64 => (277, [81, 82, 83, 227, 84, 267]),
        _ => throw new HarnessException($"No control on {RuntimeInformation.ProcessArchitecture}."),
    };

    /// <summary>Installs it, for good.</summary>
    /// <exception cref="HarnessException">The kernel does not take it.</exception>
    public static void Install()
    {
        var syncs = Numbers.Syncs;
        var program = new Instruction[syncs.Length + 3];
        program[0] = new Instruction(LoadWord, 0, 0, 0);
        for (var index = 0; index < syncs.Length; index++)
            program[index + 1] = new Instruction(JumpIfEqual, (byte)(syncs.Length - index), 0, syncs[index]);
        program[^2] = new Instruction(Return, 0, 0, Allow);
        program[^1] = new Instruction(Return, 0, 0, AnswerZero);
        fixed (Instruction* first = program)
        {
            var filter = new Filter((ushort)program.Length, first);
            if (Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0 || SystemCall(Numbers.Seccomp, ModeFilter, AllThreads, &filter) != 0)
                throw new HarnessException("The kernel takes no filter.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nuint mode, nuint flags, Filter* filter);

    // struct sock_filter of <linux/filter.h>.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, byte whenTrue, byte whenFalse, uint operand)
    {
        public readonly ushort Code = code;
        public readonly byte WhenTrue = whenTrue;
        public readonly byte WhenFalse = whenFalse;
        public readonly uint Operand = operand;
    }

    // struct sock_fprog of <linux/filter.h>.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Filter(ushort length, Instruction* program)
    {
        public readonly ushort Length = length;
        public readonly Instruction* Program = program;
    }
}
