using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Loading;

/// <summary>What objects are given of a kernel's configuration.</summary>
public sealed class ConfigurationValuesTests
{
    private readonly ObjectSpec _spec = BpfVectors.Spec("constructs.v3");

    [Fact]
    public void Values_are_written_as_their_variables_type_says()
    {
        ConfigurationValues configuration = ConfigurationValues.Of([new("CONFIG_BPF_JIT", "y"), new("CONFIG_HZ", "250")], new Version(6, 18, 300));
        Assert.Equal("{LINUX_KERNEL_VERSION: 398079, CONFIG_BPF_JIT: true}", Applied(configuration));
    }

    [Fact]
    public void What_is_weak_may_be_unknown() => Assert.Equal("{LINUX_KERNEL_VERSION: 397824, CONFIG_BPF_JIT: false}", Applied(ConfigurationValues.Reference));

    [Theory]
    [InlineData("CONFIG_BPF_JIT", "m", "the kernel's CONFIG_BPF_JIT is m, which is no value of")]
    [InlineData("CONFIG_BPF_JIT", "1", "the kernel's CONFIG_BPF_JIT is 1, which is no value of")]
    [InlineData("LINUX_KERNEL_VERSION", "0x100000000", "which is no value of 'int LINUX_KERNEL_VERSION'")]
    [InlineData("LINUX_KERNEL_VERSION", "y", "which is no value of")]
    public void A_value_that_does_not_fit_is_told(string name, string value, string words)
    {
        Assert.False(ConfigurationValues.Reference.With(name, value).TryApply(_spec, out ObjectSpec? configured, out string? fault));
        Assert.Null(configured);
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wanted_and_unknown_is_told()
    {
        ObjectSpec asking = _spec with { Programs = [.. _spec.Programs.Select(program => program with { References = [.. program.References.Select(reference => reference with { IsWeak = false })] })] };
        Assert.False(ConfigurationValues.Reference.TryApply(asking, out _, out string? fault));
        Assert.Equal("the object asks for the kernel's CONFIG_BPF_JIT, which is not known here: declare it __weak, or give the variable a value", fault);
    }

    [Fact]
    public void What_the_spec_was_given_before_stays()
    {
        Assert.True(ConfigurationValues.Reference.TryApply(_spec.WithVariable("LINUX_KERNEL_VERSION", 7), out ObjectSpec? configured, out _));
        Assert.Equal(7, configured.FindMap(".kconfig")!.Contents[0]);
    }

    private string Applied(ConfigurationValues configuration)
    {
        Assert.True(configuration.TryApply(_spec, out ObjectSpec? configured, out string? fault), fault);
        MapSpec section = configured.FindMap(".kconfig")!;
        return BtfValueText.Of(configured.Types, section.ValueTypeId, section.Contents.AsSpan());
    }
}
