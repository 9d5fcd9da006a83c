using System.CommandLine;
using VitNotebooks.Cli;

var root = new RootCommand("Runs notebooks and models of VitNotebooks.")
{
    RunCommand.Create(),
    PredictCommand.Create(),
    DataCommand.Create(),
};
return await CommandLineHost.InvokeAsync(root, args);
