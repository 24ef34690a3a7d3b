using System.CommandLine;
using Province.Commands;

var root = new RootCommand("The authority's side: makes and changes a test province. Never for real people: every key follows from the seed.")
{
    MakeCommand.Make(),
    CodeCommand.Make(),
    ListCommand.Make(),
};
return await root.Parse(args).InvokeAsync();
