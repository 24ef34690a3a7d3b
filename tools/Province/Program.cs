using Province.Commands;

return CommandLine.Run(args, new Terminal(Console.In, Console.Out, Console.Error, TimeProvider.System) { ReadSecret = ConsoleSecret.Read });
