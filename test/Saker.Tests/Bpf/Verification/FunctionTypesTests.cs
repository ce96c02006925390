using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Btf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>What types say of functions that are verified for themselves.</summary>
public sealed class FunctionTypesTests
{
    private const uint DeclarationTag = 17, NoComponent = 0xffff_ffff;

    [Fact]
    public void Tags_tell_of_arguments()
    {
        TypesWriter types = new();
        uint word = types.Integer();
        uint pair = types.Pointer(types.Structure("pair", 8, ("a", word, 0), ("b", word, 32)));
        uint nothing = types.Pointer(0);
        uint function = types.Function("f", types.Prototype(word, pair, pair, nothing, nothing, word));
        types.Add(DeclarationTag, "arg:nonnull", 0, function, 1);
        types.Add(DeclarationTag, "arg:ctx", 0, function, 2);
        types.Add(DeclarationTag, "arg:ctx", 0, function, NoComponent);
        Assert.True(BtfSpec.TryRead(types.ToArray(), out BtfSpec? spec, out ObjectFault? fault), fault?.ToString());
        VerifierFunction told = new FunctionTypes(spec, ProgramType.Xdp).Of(new ProgramFunction("f", 0, 1, function, IsGlobal: true));
        FunctionArgument[] expected =
        [
            new(FunctionArgumentKind.Memory, 8, MayBeNull: true), new(FunctionArgumentKind.Memory, 8, MayBeNull: false), new(FunctionArgumentKind.Context), new(FunctionArgumentKind.Unsupported),
            new(FunctionArgumentKind.Number),
        ];
        Assert.Equal(expected, told.Arguments.AsEnumerable());
    }

    [Fact]
    public void A_function_that_names_another_one_for_exceptions_is_refused_by_name()
    {
        TypesWriter types = new();
        uint word = types.Integer();
        uint function = types.Function("f", types.Prototype(word, types.Pointer(0)));
        types.Add(DeclarationTag, "exception_callback:handle", 0, function, NoComponent);
        Assert.True(BtfSpec.TryRead(types.ToArray(), out BtfSpec? spec, out ObjectFault? fault), fault?.ToString());
        VerifierFunction told = new FunctionTypes(spec, ProgramType.Xdp).Of(new ProgramFunction("f", 0, 2, function, IsGlobal: true));
        VerifierRefusal? refusal = BpfVerifier.Verify(Assembler.Assemble("r0 = 1; exit"), new VerifierOptions { Type = ProgramType.Xdp, Functions = [told] }).Refusal;
        Assert.Equal((VerifierRule.NotSupported, "the function 'f' names the function handle for exceptions, which this verifier does not know yet"), (refusal?.Rule, refusal?.Reason));
    }
}
