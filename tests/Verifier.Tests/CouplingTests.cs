using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Verifier.Tests;

/// <summary>
/// What project references cannot say: Verifier is pure. It is read from the compiled program, so that generated code and
/// suppressed warnings count too; <c>eng/BannedSymbols.Verifier.txt</c> says the same to whoever writes.
/// </summary>
public sealed class CouplingTests
{
    // Faults of libraries that are caught at the decode boundary, streams in memory, and a lock, which waits for nothing outside.
    private static readonly string[] Harmless =
    [
        "System.IO.InvalidDataException", "System.IO.EndOfStreamException", "System.IO.IOException", "System.IO.Stream",
        "System.IO.MemoryStream", "System.Threading.Lock",
    ];

    [Fact]
    public void Inside_Verifier_there_is_no_file_network_task_clock_or_log()
    {
        var found = TypesOf("Verifier.dll").Where(static name => IsForbidden(name)).Except(Harmless, StringComparer.Ordinal).Order(StringComparer.Ordinal);

        Assert.Equal([], found);
    }

    [Fact]
    public void Inside_Verifier_nobody_asks_what_time_it_is()
    {
        var found = MembersOf("Verifier.dll").Where(static member => member
            is "DateTime.get_Now" or "DateTime.get_UtcNow" or "DateTime.get_Today" or "DateTimeOffset.get_Now" or "DateTimeOffset.get_UtcNow"
            or "Environment.get_TickCount" or "Environment.get_TickCount64");

        Assert.Equal([], found);
    }

    [Fact]
    public void The_check_sees_what_it_looks_for()
    {
        Assert.Contains(TypesOf("Verifier.Tests.dll"), static name => name == "System.IO.File");
        Assert.True(IsForbidden("System.IO.File"));
        Assert.True(IsForbidden("System.Threading.Tasks.Task"));
        Assert.True(IsForbidden("Microsoft.Extensions.Logging.ILogger"));
    }

    private static bool IsForbidden(string type) =>
        type is "System.TimeProvider" or "System.Console" or "System.Diagnostics.Stopwatch" or "System.Diagnostics.Process" or "System.Diagnostics.Trace"
        || type.StartsWith("System.IO.", StringComparison.Ordinal) && !type.StartsWith("System.IO.Compression.", StringComparison.Ordinal)
        || type.StartsWith("System.Net.", StringComparison.Ordinal)
        || type.StartsWith("System.Threading.", StringComparison.Ordinal)
        || type.StartsWith("Microsoft.", StringComparison.Ordinal)
        || type.StartsWith("CardReader", StringComparison.Ordinal)
        || type.StartsWith("GateAgent", StringComparison.Ordinal);

    private static ImmutableArray<string> TypesOf(string file) => Read(file, static reader =>
        [.. reader.TypeReferences.Select(handle => NameOf(reader, handle))]);

    private static ImmutableArray<string> MembersOf(string file) => Read(file, static reader =>
    [
        .. from handle in reader.MemberReferences
           let member = reader.GetMemberReference(handle)
           where member.Parent.Kind == HandleKind.TypeReference
           select $"{reader.GetString(reader.GetTypeReference((TypeReferenceHandle)member.Parent).Name)}.{reader.GetString(member.Name)}",
    ]);

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }

    private static ImmutableArray<string> Read(string file, Func<MetadataReader, ImmutableArray<string>> read)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, file));
        using var image = new PEReader(stream);
        return read(image.GetMetadataReader());
    }
}
