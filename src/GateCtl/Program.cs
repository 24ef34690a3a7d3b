using System.CommandLine;
using GateCtl;

var root = new RootCommand("The technician's command line for a gate. Data on standard output, messages on standard error.")
{
    StatusCommand.Make(),
    WhyCommand.Make(),
    JournalCommand.Make(),
    WatchCommand.Make(),
    JudgeCommand.Make(),
};
return await root.Parse(args).InvokeAsync();
