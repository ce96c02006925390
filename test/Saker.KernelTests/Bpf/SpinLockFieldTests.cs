using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Elf;
using Saker.Tests.Bpf.Maps;

namespace Saker.KernelTests.Bpf;

/// <summary>Where in a value the kernel finds its spin lock, which it neither writes nor shows.</summary>
public class SpinLockFieldTests
{
    public static TheoryData<string> Cases => [.. LockedTypes.All.Keys];

    [KernelTheory]
    [MemberData(nameof(Cases))]
    public void The_kernel_finds_the_lock_where_it_is_found_here(string name)
    {
        var (size, offset, _) = LockedTypes.All[name];
        Assert.True(BtfSpec.TryRead(LockedTypes.Write(name, out var type), out var spec, out var fault), fault?.ToString());
        if (!KernelTypes.TryLoad(spec, out var types, out var refusal))
        {
            Assert.Equal((name, LockedTypes.Refused.GetValueOrDefault(name)), (name, refusal.ErrorNumber));
            return;
        }

        using (types)
        {
            Assert.DoesNotContain(name, LockedTypes.Refused.Keys);
            var isSection = spec[type] is BtfDataSection;
            using var map = KernelMap.Create(TestMaps.Spec(MapType.Array, 4, size, 1) with { KeyTypeId = isSection ? 0u : 1, ValueTypeId = type }, types);
            Assert.Equal(type, map.ValueTypeId);
            byte[] value = [.. Enumerable.Repeat((byte)0xff, (int)size)];
            Assert.Equal(BpfError.None, map.Update(new byte[4], value));
            Assert.Equal(BpfError.None, map.Lookup(new byte[4], value));
            int zero = value.AsSpan().IndexOfAnyExcept((byte)0xff);
            Assert.Equal(offset, zero < 0 ? null : (uint?)zero);
            Assert.Equal(offset is null ? BpfError.InvalidArgument : BpfError.None, map.Lookup(new byte[4], value, MapOperationFlags.Lock));
        }
    }
}
