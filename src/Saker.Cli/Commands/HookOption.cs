using System.CommandLine;
using Saker.Host.Attachment;

namespace Saker.Cli.Commands;

/// <summary>Makes <c>--type</c>: which hook of a device.</summary>
internal static class HookOption
{
    /// <summary>Makes it.</summary>
    /// <param name="description">What it does.</param>
    public static Option<AttachHook?> Create(string description)
    {
        Option<AttachHook?> option = new("--type")
        {
            Description = description,
            HelpName = "xdp|tcx-ingress|tcx-egress",
            CustomParser = result =>
            {
                string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
                if (AttachHooks.Parse(given) is { } hook)
                {
                    return hook;
                }

                result.AddError($"--type takes xdp, tcx-ingress or tcx-egress; '{given}' is none of them.");
                return null;
            },
        };
        option.CompletionSources.Add("xdp", "tcx-ingress", "tcx-egress");
        return option;
    }
}
