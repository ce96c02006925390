return Saker.Bpf.Conformance.ConformancePlugin.Run(args, Console.In, Console.Out, Console.Error);
