using VitNotebooks.Cli;

return await CommandLineHost.InvokeAsync(args);
