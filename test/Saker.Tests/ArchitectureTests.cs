using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Saker.Stack.Observation;

namespace Saker.Tests;

/// <summary>The plan of the house (<c>docs/architecture.md</c>), kept.</summary>
public class ArchitectureTests
{
    /// <summary>What each project may reference; what those reference comes with them.</summary>
    private static readonly Dictionary<string, string[]> House = new(StringComparer.Ordinal)
    {
        ["Saker.Wire"] = [],
        ["Saker.Packets"] = [],
        ["Saker.Bpf"] = [],
        ["Saker.Kernel"] = ["Saker.Packets", "Saker.Bpf"],
        ["Saker.Stack"] = ["Saker.Wire", "Saker.Packets", "Saker.Bpf"],
        ["Saker.Host"] = ["Saker.Stack", "Saker.Kernel"],
        ["Saker.Kestrel"] = ["Saker.Stack", "Saker.Host"],
        ["Saker.Cli"] = ["Saker.Host"],
    };

    /// <summary>The rooms of the receive path, as a packet comes through them, and the two that stand beside its way.</summary>
    private static readonly string[] StackFolders =
        ["Devices", "Nic", "Softirq", "Driver", "Xdp", "Gro", "Core", "Netfilter", "Routing", "Ip", "Transport", "Sockets", "Observation"];

    private static readonly string[] UnsafeProjects = ["Saker.Packets", "Saker.Bpf", "Saker.Kernel"];

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Repository.PathOf("src")).Where(HasProject).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_what_its_row_of_the_house_says(string project)
    {
        Assert.True(House.ContainsKey(project), $"{project} has no row in the house.");
        IEnumerable<string> referenced = ProjectFile(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
        Assert.Empty(referenced.Except(House[project], StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_references_only_what_lies_below_it(string project)
    {
        MetadataReader metadata = Open(project, out PEReader file);
        using (file)
        {
            IEnumerable<string> referenced = metadata.AssemblyReferences
                .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
                .Where(name => name.StartsWith("Saker.", StringComparison.Ordinal));
            Assert.Empty(referenced.Except(Below(project), StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Unsafe_code_lives_where_memory_is_mapped_or_programs_are_compiled(string project)
    {
        bool isUnsafe = ProjectFile(project).Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true");
        Assert.True(!isUnsafe || UnsafeProjects.Contains(project), $"{project} allows unsafe blocks.");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Nothing_has_a_name_that_says_nothing(string project)
    {
        // In eBPF a helper is a function that the kernel offers to programs.
        Regex empty = new(project == "Saker.Bpf" ? "(Utils?|Managers?|Common)(`|$)" : "(Utils?|Helpers?|Managers?|Common)(`|$)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        MetadataReader metadata = Open(project, out PEReader file);
        using (file)
        {
            IEnumerable<string> types = metadata.TypeDefinitions.Select(handle => metadata.GetString(metadata.GetTypeDefinition(handle).Name));
            Assert.DoesNotContain(types, name => empty.IsMatch(name));
        }

        string root = Repository.PathOf("src/" + project);
        IEnumerable<string> paths = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Where(path => !path.StartsWith("obj", StringComparison.Ordinal) && !path.StartsWith("bin", StringComparison.Ordinal));
        Assert.DoesNotContain(paths, path => Path.ChangeExtension(path, null).Split('/', '.').Any(part => empty.IsMatch(part)));
    }

    [Theory]
    [InlineData("Saker.Stack")]
    [InlineData("Saker.Wire")]
    [InlineData("Saker.Packets")]
    public void What_packets_pass_through_calls_no_native_function(string project)
    {
        MetadataReader metadata = Open(project, out PEReader file);
        using (file)
        {
            IEnumerable<string> native = metadata.MethodDefinitions
                .Select(handle => metadata.GetMethodDefinition(handle))
                .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
                .Select(method => metadata.GetString(method.Name));
            Assert.Empty(native);
        }
    }

    [Fact]
    public void The_stack_knows_no_operating_system_no_clock_and_no_chance()
    {
        MetadataReader metadata = Open("Saker.Stack", out PEReader file);
        using (file)
        {
            IEnumerable<string> used =
            [
                .. metadata.TypeReferences.Select(handle => NameOf(metadata, handle)),
                .. metadata.MemberReferences.Select(handle => metadata.GetMemberReference(handle))
                    .Where(member => member.Parent.Kind == HandleKind.TypeReference)
                    .Select(member => NameOf(metadata, (TypeReferenceHandle)member.Parent) + "." + metadata.GetString(member.Name)),
            ];
            Assert.DoesNotContain(used, IsFromOutside);
        }
    }

    [Fact]
    public void The_folders_of_the_stack_are_those_of_the_packets_way()
    {
        string root = Repository.PathOf("src/Saker.Stack");
        IEnumerable<string> folders = Directory.GetDirectories(root).Select(folder => Path.GetFileName(folder)).Where(name => name is not ("bin" or "obj"));
        Assert.Empty(folders.Except(StackFolders, StringComparer.Ordinal));
        Assert.All(StageRegistry.All, stage => Assert.True(Directory.Exists(Path.Combine(root, stage.Folder)), $"{stage.Function} stands in {stage.Folder}, which is not there."));
    }

    [Fact]
    public void Every_stage_is_registered_once_and_in_order()
    {
        Assert.Equal(Enum.GetValues<Stage>().Where(stage => stage != Stage.None), StageRegistry.All.Select(entry => entry.Stage));
        Assert.Equal(StageRegistry.All.Length, StageRegistry.All.Select(entry => entry.Function).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_document_tells_of_every_stage_in_the_order_of_the_way()
    {
        string[] lines = File.ReadAllLines(Repository.PathOf("docs/packet-path.md"));
        List<(string Function, string Text)> told = [];
        foreach (string line in lines)
        {
            if (Regex.Match(line, "^### `(?<function>.+)`$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } heading)
            {
                told.Add((heading.Groups["function"].Value, string.Empty));
            }
            else if (line.StartsWith('#'))
            {
                told.Add((string.Empty, string.Empty));
            }
            else if (told.Count != 0)
            {
                told[^1] = (told[^1].Function, told[^1].Text + line + "\n");
            }
        }

        told.RemoveAll(section => section.Function.Length == 0);
        Assert.Equal(StageRegistry.All.Select(stage => stage.Function), told.Select(section => section.Function));
        foreach ((StageDescription stage, (string function, string text)) in StageRegistry.All.Zip(told))
        {
            Assert.True(text.Contains($"`{stage.Folder}`", StringComparison.Ordinal), $"The paragraph on {function} does not say that it stands in `{stage.Folder}`.");
        }
    }

    private static bool IsFromOutside(string name) =>
        name.StartsWith("System.IO.", StringComparison.Ordinal)
        || name.StartsWith("System.Net.", StringComparison.Ordinal)
        || name.StartsWith("System.Console", StringComparison.Ordinal)
        || name.StartsWith("System.Random", StringComparison.Ordinal)
        || name.StartsWith("System.Security.Cryptography.", StringComparison.Ordinal)
        || name.StartsWith("System.Threading.Timer", StringComparison.Ordinal)
        || name.StartsWith("System.Threading.Thread.", StringComparison.Ordinal)
        || name is "System.Diagnostics.Process" or "System.Diagnostics.Stopwatch" or "System.TimeProvider"
            or "System.DateTime.get_Now" or "System.DateTime.get_UtcNow" or "System.DateTimeOffset.get_Now" or "System.DateTimeOffset.get_UtcNow"
            or "System.Guid.NewGuid"

        // The compiler's iterators ask for the thread.
        || (name.StartsWith("System.Environment.", StringComparison.Ordinal) && name != "System.Environment.get_CurrentManagedThreadId");

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        return metadata.GetString(type.Namespace) + "." + metadata.GetString(type.Name);
    }

    private static IEnumerable<string> Below(string project) =>
        House[project].SelectMany(reference => Below(reference).Append(reference)).Distinct(StringComparer.Ordinal);

    private static bool HasProject(string folder) => File.Exists(Path.Combine(folder, Path.GetFileName(folder) + ".csproj"));

    private static XDocument ProjectFile(string project) => XDocument.Load(Repository.PathOf($"src/{project}/{project}.csproj"));

    private static MetadataReader Open(string project, out PEReader file)
    {
        string assembly = (string?)ProjectFile(project).Descendants("AssemblyName").FirstOrDefault() ?? project;
        file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        return file.GetMetadataReader();
    }
}
