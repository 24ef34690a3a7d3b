using Province.Commands;

using var input = Console.OpenStandardInput();
var terminal = new Terminal(input, Console.Out, Console.Error, TimeProvider.System)
{
    IsScreen = !Console.IsErrorRedirected,
    ReadSecret = ConsoleSecret.Read,
};
return CommandLine.Run(args, terminal);
