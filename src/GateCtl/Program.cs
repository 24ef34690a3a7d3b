using System.CommandLine;
using GateCtl;

var root = new RootCommand("The technician's command line for a gate. Data on standard output, messages on standard error.")
{
    StatusCommand.Make(),
    WhyCommand.Make(),
    JournalCommand.Make(),
    WatchCommand.Make(),
    JudgeCommand.Make(),
    DoctorCommand.Make(),
    ModeCommand.Make(),
    ImportCommand.Make(),
    TraceCommand.Make(),
};
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync();

// The library's own code for a wrong command line is 1, which here says that something is not well.
return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
