using System.Runtime.InteropServices;

namespace ListBench;

/// <summary>The calls of the system's LMDB (lmdb.h, 0.9) that the bench needs. Only here: no program of a gate uses it.</summary>
internal static partial class LmdbLibrary
{
    public const uint NoSubdirectory = 0x4000;
    public const uint NoReadAhead = 0x800000;
    public const uint ReadOnlyTransaction = 0x20000;
    public const uint IntegerKey = 0x08;
    public const uint Create = 0x40000;
    public const uint Append = 0x20000;
    public const int NotFound = -30798;
    public const int KeyExists = -30799;
    private const string Library = "liblmdb.so.0";

    [StructLayout(LayoutKind.Sequential)]
    public struct Value
    {
        public nuint Size;
        public nint Address;
    }

    [LibraryImport(Library, EntryPoint = "mdb_env_create")]
    public static partial int CreateEnvironment(out nint environment);

    [LibraryImport(Library, EntryPoint = "mdb_env_set_mapsize")]
    public static partial int SetMapSize(nint environment, nuint size);

    [LibraryImport(Library, EntryPoint = "mdb_env_open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenEnvironment(nint environment, string path, uint flags, uint mode);

    [LibraryImport(Library, EntryPoint = "mdb_env_close")]
    public static partial void CloseEnvironment(nint environment);

    [LibraryImport(Library, EntryPoint = "mdb_txn_begin")]
    public static partial int Begin(nint environment, nint parent, uint flags, out nint transaction);

    [LibraryImport(Library, EntryPoint = "mdb_txn_commit")]
    public static partial int Commit(nint transaction);

    [LibraryImport(Library, EntryPoint = "mdb_txn_abort")]
    public static partial void Abort(nint transaction);

    [LibraryImport(Library, EntryPoint = "mdb_dbi_open")]
    public static partial int OpenTable(nint transaction, nint name, uint flags, out uint table);

    [LibraryImport(Library, EntryPoint = "mdb_get")]
    public static partial int Get(nint transaction, uint table, in Value key, out Value value);

    [LibraryImport(Library, EntryPoint = "mdb_put")]
    public static partial int Put(nint transaction, uint table, in Value key, in Value value, uint flags);

    [LibraryImport(Library, EntryPoint = "mdb_del")]
    public static partial int Delete(nint transaction, uint table, in Value key, nint value);
}
