using Saker.Stack.Core.TrafficControl;

namespace Saker.Tests.Stack.Core.TrafficControl;

/// <summary>The order of programs and filters.</summary>
public class TrafficChainTests
{
    private static readonly TrafficProgram A = Program("a");
    private static readonly TrafficProgram B = Program("b");
    private static readonly TrafficProgram C = Program("c");
    private static readonly TrafficProgram D = Program("d");

    [Fact]
    public void Programs_stand_where_they_were_attached()
    {
        TrafficChain chain = TrafficChain.Empty.With(A);
        Assert.Equal("a", Names(chain));
        Assert.Equal("a b", Names(chain.With(B)));
        Assert.Equal("b a", Names(chain.With(B, ProgramPosition.First)));
        TrafficChain both = chain.With(B);
        Assert.Equal("a c b", Names(both.With(C, ProgramPosition.Before(B))));
        Assert.Equal("c a b", Names(both.With(C, ProgramPosition.Before(A))));
        Assert.Equal("a c b", Names(both.With(C, ProgramPosition.After(A))));
        Assert.Equal("a b c", Names(both.With(C, ProgramPosition.After(B))));
        Assert.Equal("c b", Names(both.With(C, ProgramPosition.InPlaceOf(A))));
        Assert.Equal("c b d", Names(both.With(C, ProgramPosition.InPlaceOf(A)).With(D, ProgramPosition.Last)));
        Assert.Equal("b", Names(both.Without(A)));
    }

    [Fact]
    public void No_program_stands_twice_nor_beside_one_that_is_not_there()
    {
        TrafficChain chain = TrafficChain.Empty.With(A);
        Assert.Throws<ArgumentException>(() => chain.With(A, ProgramPosition.First));
        Assert.Throws<ArgumentException>(() => chain.With(B, ProgramPosition.Before(C)));
        Assert.Throws<ArgumentException>(() => chain.With(B, ProgramPosition.InPlaceOf(C)));
        Assert.Throws<ArgumentException>(() => chain.With(A, ProgramPosition.InPlaceOf(A)));
    }

    [Fact]
    public void There_are_64_programs_at_most_of_which_one_can_be_replaced()
    {
        TrafficChain full = Enumerable.Range(0, TrafficChain.MostPrograms).Aggregate(TrafficChain.Empty, (chain, i) => chain.With(Program($"{i}")));
        Assert.Throws<InvalidOperationException>(() => full.With(A));
        Assert.Equal("a", full.With(A, ProgramPosition.InPlaceOf(full.Programs[7])).Programs[7].Name);
    }

    [Fact]
    public void Filters_stand_by_priority_and_of_one_the_newest_first()
    {
        TrafficChain chain = TrafficChain.Empty.With(Filter("a", 5)).With(Filter("b", 7)).With(Filter("c", 3)).With(Filter("d", 5)).With(Filter("e", 7));
        Assert.Equal("c d a e b", string.Join(' ', chain.Filters));
    }

    [Fact]
    public void A_priority_belongs_to_one_protocol()
    {
        TrafficChain chain = TrafficChain.Empty.With(new TrafficFilter("a", 5, (_, ref _) => TrafficVerdict.Ok) { Protocol = 0x0800 });
        Assert.Throws<ArgumentException>(() => chain.With(Filter("b", 5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => chain.With(Filter("b", 0)));
    }

    private static string Names(TrafficChain chain) => string.Join(' ', chain.Programs);

    private static TrafficProgram Program(string name) => new(name, (_, ref _) => TrafficVerdict.Unspecified);

    private static TrafficFilter Filter(string name, ushort priority) => new(name, priority, (_, ref _) => TrafficVerdict.Unspecified);
}
