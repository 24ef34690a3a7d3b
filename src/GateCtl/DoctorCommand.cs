using System.CommandLine;
using System.Text.Json.Serialization;

namespace GateCtl;

/// <summary>What one look found.</summary>
/// <param name="Subject">What was looked at.</param>
/// <param name="IsWell">False where a gate must not go into production so.</param>
/// <param name="Found">What was found.</param>
/// <param name="Fix">What to do; empty when it is well.</param>
internal sealed record Finding(string Subject, bool IsWell, string Found, string Fix);

/// <summary>The JSON of <c>gatectl doctor</c>.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class DoctorJson : JsonSerializerContext;

/// <summary><c>gatectl doctor</c>: whether this machine may go into production as a gate. It asks no agent.</summary>
internal static class DoctorCommand
{
    public static Command Make()
    {
        var json = Shared.Json();
        var config = new Option<FileInfo>("--config")
        {
            Description = "The gate's agent.json.",
            DefaultValueFactory = static _ => new FileInfo("/etc/gate-agent/agent.json"),
        };
        var root = new Option<DirectoryInfo>("--root")
        {
            Description = "The system's root; another folder looks at a card that is not running.",
            DefaultValueFactory = static _ => new DirectoryInfo("/"),
        };
        var command = new Command("doctor", "Whether this machine may go into production as a gate. Exit 1 when not.") { config, root, json };
        command.SetAction(parsed =>
        {
            var findings = Examination.Of(parsed.GetValue(root)!.FullName, parsed.GetValue(config)!.FullName);
            if (parsed.GetValue(json)) Shared.WriteJson(findings, DoctorJson.Default.IReadOnlyListFinding);
            else Print(findings);
            return findings.All(static one => one.IsWell) ? ExitCode.Well : ExitCode.NotWell;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Finding> findings)
    {
        foreach (var (subject, isWell, found, fix) in findings)
        {
            Console.WriteLine($"{(isWell ? "well" : "WRONG"),-6} {subject,-14} {found}");
            if (!isWell) Console.WriteLine($"{string.Empty,-21} -> {fix}");
        }
    }
}
