using Saker.Cli;

return CommandLine.Run(args);
