using System.Runtime.InteropServices;
using System.Runtime.Versioning;

// Everything here runs on Linux alone, and native libraries come from the system's own folders.
[assembly: SupportedOSPlatform("linux")]
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
