using Saker.Bpf.Btf;
using Saker.Bpf.Elf;
using Saker.Tests.Bpf.Btf;

namespace Saker.Tests.Bpf.Elf;

public class SpinLockFieldTests
{
    public static TheoryData<string> Cases => [.. LockedTypes.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_lock_is_found_where_the_kernel_finds_it(string name)
    {
        Assert.True(BtfSpec.TryRead(LockedTypes.Write(name, out uint type), out BtfSpec? spec, out Saker.Bpf.ObjectFault? fault), fault?.ToString());
        Assert.Equal(LockedTypes.All[name].Offset, SpinLockField.OffsetIn(spec, type));
    }

    [Fact]
    public void Two_locks_in_different_structures_are_none()
    {
        TypesWriter types = new();
        uint word = types.Integer();
        uint @lock = types.Structure("bpf_spin_lock", 4, ("val", word, 0));
        uint one = types.Structure("one", 8, ("word", word, 0), ("lock", @lock, 32));
        uint two = types.Structure("two", 16, ("first", one, 0), ("second", one, 64));
        uint other = types.Structure("other", 12, ("first", one, 0), ("second", @lock, 64));
        Assert.True(BtfSpec.TryRead(types.ToArray(), out BtfSpec? spec, out _));
        Assert.Equal([4u, null, null], [SpinLockField.OffsetIn(spec, one), SpinLockField.OffsetIn(spec, two), SpinLockField.OffsetIn(spec, other)]);
    }

    [Fact]
    public void Structures_that_stand_in_each_other_twice_are_looked_into_once()
    {
        // Thirty times two: whoever went every way would go a billion.
        TypesWriter types = new();
        uint type = types.Structure("s", 0);
        for (int i = 0; i < 30; i++)
        {
            type = types.Structure("s", 0, ("a", type, 0), ("b", type, 0));
        }

        Assert.True(BtfSpec.TryRead(types.ToArray(), out BtfSpec? spec, out _));
        Assert.Null(SpinLockField.OffsetIn(spec, type));
    }
}
